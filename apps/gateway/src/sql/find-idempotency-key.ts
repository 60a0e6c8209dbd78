import { type Database, statement } from '@hookline/db';
import type { IdempotencyCall } from './idempotency-call.ts';

export interface IdempotencyRow {
  requestHash: Buffer;
  runId: string;
  /** null: the call is not answered yet. */
  status: number | null;
  headers: Record<string, string> | null;
  sealedBody: string | null;
}

const FIND = statement(
  { tenant: 'text?', actor: 'text?', operation: 'text', key: 'text' },
  ({ tenant, actor, operation, key }) => `
select request_hash as "requestHash", run_id as "runId", status, headers, sealed_body as "sealedBody"
from idempotency_keys
where operation = ${operation} and key = ${key} and tenant_id is not distinct from ${tenant}
  and actor_id is not distinct from ${actor}`,
);

export async function findIdempotencyKey(
  database: Database,
  call: IdempotencyCall,
): Promise<IdempotencyRow | undefined> {
  const { tenant, actor, operation, key } = call;
  const { rows } = await FIND.run<IdempotencyRow>(database, { tenant, actor, operation, key });
  return rows[0];
}
