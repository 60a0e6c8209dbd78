import { type Database, statement } from '@hookline/db';
import type { IdempotencyClaim } from './claim-idempotency-key.ts';

const RELEASE = statement(
  { operation: 'text', key: 'text', run: 'text' },
  ({ operation, key, run }) => `
delete from idempotency_keys where operation = ${operation} and key = ${key} and run_id = ${run}`,
);

/** Forgets a key whose run has done nothing, so that it can be used for any request. */
export async function releaseIdempotencyKey(
  database: Database,
  { operation, key, runId }: IdempotencyClaim,
): Promise<void> {
  await RELEASE.run(database, { operation, key, run: runId });
}
