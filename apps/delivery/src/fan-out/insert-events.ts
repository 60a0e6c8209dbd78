import type { Database } from '@hookline/db';

export interface EventRow {
  id: string;
  tenant_id: string;
  dedupe_key: string;
  type: string;
  source: string;
  subject: string | undefined;
  provider: string;
  action: string | undefined;
  repository: string | undefined;
  delivery_id: string | undefined;
  via: string;
  event_time: string;
  received_at: string;
  traceparent: string | undefined;
  payload_ref: string | undefined;
  stream_seq: number;
  matched: number;
  unmatched: [string, string][] | undefined;
  /** RFC 3339; the time in the id. */
  created_at: string;
}

export interface DeliveryRow {
  event_id: string;
  endpoint_id: string;
  tenant_id: string;
  event_type: string;
  /** A place in the lane was free: it is leased by this very statement and sent right after the commit. */
  leased: boolean;
  created_at: string;
}

/**
 * Everything a batch of events becomes, in one statement and so in one transaction: the keys they are recognised
 * by (a key that is there already drops its event), the events, one delivery for each endpoint that matched.
 *
 * Payloads travel as one value with offsets: as an array of bytea they would be sent as hexadecimal text, twice
 * their size, and escaped one by one.
 */
const INSERT_EVENTS = `
with e as materialized (
  select *
  from json_to_recordset($1::json) as e(
    id text, tenant_id text, dedupe_key text, type text, source text, subject text, provider text, action text,
    repository text, delivery_id text, via text, event_time timestamptz, received_at timestamptz, traceparent text,
    payload_ref text, stream_seq bigint, matched integer, unmatched jsonb, created_at timestamptz,
    payload_offset integer, payload_bytes integer)
), keys as (
  insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
  select tenant_id, dedupe_key, id, created_at from e
  order by tenant_id, dedupe_key
  on conflict do nothing
  returning event_id
), stored as (
  insert into events (id, tenant_id, type, source, subject, provider, action, repository, delivery_id, via, event_time,
                      received_at, traceparent, payload, payload_ref, size_bytes, stream_seq, stream_epoch, matched,
                      unmatched, created_at)
  select e.id, e.tenant_id, e.type, e.source, e.subject, e.provider, e.action, e.repository, e.delivery_id, e.via,
         e.event_time, e.received_at, e.traceparent,
         case when e.payload_ref is null then substring($2::bytea from e.payload_offset + 1 for e.payload_bytes) end,
         e.payload_ref, e.payload_bytes, e.stream_seq, $4, e.matched, e.unmatched, e.created_at
  from e
  join keys k on k.event_id = e.id
), fanned_out as (
  insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, lease_id, created_at)
  select d.event_id, d.endpoint_id, d.tenant_id, d.event_type,
         case when d.leased then 'sending' else 'pending' end,
         case when d.leased then now() + $6 * interval '1 second' else now() end,
         case when d.leased then $5 end,
         d.created_at
  from json_to_recordset($3::json) as d(
    event_id text, endpoint_id text, tenant_id text, event_type text, leased boolean, created_at timestamptz)
  join keys k on k.event_id = d.event_id
)
select event_id as "eventId" from keys`;

export interface InsertEventsInput {
  events: readonly EventRow[];
  payloads: readonly Uint8Array[];
  deliveries: readonly DeliveryRow[];
  streamEpoch: string;
  leaseId: string;
  leaseSeconds: number;
}

/** @returns the ids of the events that are new; the others repeat one that was stored before */
export async function insertEvents(database: Database, input: InsertEventsInput): Promise<Set<string>> {
  let offset = 0;
  const rows = input.events.map((event, index) => {
    const bytes = (input.payloads[index] as Uint8Array).length;
    const row = { ...event, payload_offset: offset, payload_bytes: bytes };
    offset += bytes;
    return row;
  });
  const { rows: stored } = await database.system<{ eventId: string }>(INSERT_EVENTS, [
    JSON.stringify(rows),
    Buffer.concat(input.payloads),
    JSON.stringify(input.deliveries),
    input.streamEpoch,
    input.leaseId,
    input.leaseSeconds,
  ]);
  return new Set(stored.map(({ eventId }) => eventId));
}
