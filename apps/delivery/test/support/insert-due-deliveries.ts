import type { Harness } from '../harness.ts';

/** The first ten characters of a ULID. */
export function timePartOfUlid(ms: number): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let text = '';
  for (let rest = ms, n = 0; n < 10; n++, rest = Math.floor(rest / 32)) text = digits[rest % 32] + text;
  return text;
}

export interface DueDeliveries {
  endpointIds: readonly string[];
  tenant: string;
  /** The number of deliveries for each endpoint. */
  count: number;
  /** The size of each payload. Default 100. */
  bytes?: number;
  /** When the deliveries are due, in seconds from now. Default 0. */
  inSeconds?: number;
}

let batches = 0;

/**
 * Inserts deliveries that have been tried once and are due. Otherwise a test would have to let an endpoint fail until
 * it has enough of them.
 */
export async function insertDueDeliveries(
  { asOwner }: Pick<Harness, 'asOwner'>,
  { endpointIds, tenant, count, bytes = 100, inSeconds = 0 }: DueDeliveries,
): Promise<void> {
  const createdAt = Date.now();
  const prefix = `evt_${timePartOfUlid(createdAt)}${String(++batches).padStart(4, '0')}`;
  for (const [index, endpointId] of endpointIds.entries()) {
    await asOwner(
      `with made as (
         insert into events (id, tenant_id, type, source, provider, via, event_time, received_at, stored_at, payload,
                             size_bytes, stream_seq, stream_epoch, matched, created_at)
         select $1 || lpad(($6 + n)::text, 12, '0'), $2, 'a.b', '/app', 'app', 'api', now(), now(), now(),
                convert_to('"' || repeat('x', $5::int - 2) || '"', 'utf8'), $5, $6 + n, 'inserted', 1, $7
         from generate_series(1, $4::int) n
         returning id, created_at
       )
       insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, attempts, due_at, created_at)
       select id, $3, $2, 'a.b', 'retrying', 1, now() + $8::int * interval '1 second', created_at from made`,
      [prefix, tenant, endpointId, count, bytes, index * count, new Date(createdAt), inSeconds],
    );
  }
}
