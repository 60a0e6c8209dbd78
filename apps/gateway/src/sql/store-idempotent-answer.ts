import { type Database, statement } from '@hookline/db';
import type { IdempotencyClaim } from './claim-idempotency-key.ts';

const STORE = statement(
  { operation: 'text', key: 'text', run: 'text', status: 'integer', headers: 'jsonb', body: 'text?' },
  ({ operation, key, run, status, headers, body }) => `
update idempotency_keys set status = ${status}, headers = ${headers}, sealed_body = ${body}
where operation = ${operation} and key = ${key} and run_id = ${run}`,
);

/** Stores the answer of a run, unless another run has taken over its key. */
export async function storeIdempotentAnswer(
  database: Database,
  { operation, key, runId }: IdempotencyClaim,
  answer: { status: number; headers: Readonly<Record<string, string>>; sealedBody: string | undefined },
): Promise<void> {
  await STORE.run(database, {
    operation,
    key,
    run: runId,
    status: answer.status,
    headers: JSON.stringify(answer.headers),
    body: answer.sealedBody,
  });
}
