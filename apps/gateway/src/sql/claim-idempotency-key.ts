import { type Database, statement } from '@hookline/db';
import type { IdempotencyCall } from './idempotency-call.ts';

export interface IdempotencyClaim extends IdempotencyCall {
  requestHash: Buffer;
  /** Identifies this run of the call. */
  runId: string;
}

/** How long a key stands for its request. */
export const KEPT_HOURS = 24;
/** Longer than any call takes. A run that is older has ended with its replica. */
export const LEASE_SECONDS = 120;

// A row is taken over if its key has expired, or if the run of the same request has ended without an answer.
const CLAIM = statement(
  { tenant: 'text?', actor: 'text?', operation: 'text', key: 'text', hash: 'bytea', run: 'text' },
  ({ tenant, actor, operation, key, hash, run }) => `
insert into idempotency_keys as kept (tenant_id, actor_id, operation, key, request_hash, run_id, lease_until)
values (${tenant}, ${actor}, ${operation}, ${key}, ${hash}, ${run}, now() + interval '${LEASE_SECONDS} seconds')
on conflict on constraint idempotency_keys_of_caller do update
set request_hash = excluded.request_hash, run_id = excluded.run_id, lease_until = excluded.lease_until,
    created_at = now(), status = null, headers = null, sealed_body = null
where kept.created_at <= now() - interval '${KEPT_HOURS} hours'
   or (kept.status is null and kept.lease_until <= now() and kept.request_hash = excluded.request_hash)`,
);

/** Claims a key for a run of its request. @returns false if the key is in use, or stands for an answered request */
export async function claimIdempotencyKey(database: Database, claim: IdempotencyClaim): Promise<boolean> {
  const { rowCount } = await CLAIM.run(database, {
    tenant: claim.tenant,
    actor: claim.actor,
    operation: claim.operation,
    key: claim.key,
    hash: claim.requestHash,
    run: claim.runId,
  });
  return rowCount === 1;
}
