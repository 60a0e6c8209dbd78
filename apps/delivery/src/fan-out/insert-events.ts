import { columnsOf, type Database } from '@hookline/db';

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
  stream_seq: number;
  matched: number;
  /** JSON. */
  unmatched: string | undefined;
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
  /** Waits for those before it with the same key. */
  ordering_key: string | undefined;
  ordering_position: string | undefined;
  /** From now, where it waits for a batch to be closed; undefined: it is due at once. */
  delay_seconds: number | undefined;
  created_at: string;
}

/**
 * Everything a batch of events becomes, in one statement and so in one transaction: the keys they are recognised
 * by (a key that is there already drops its event), the events, one delivery for each endpoint that matched, and what it
 * adds to the statistics.
 *
 * Payloads travel as one value with offsets: as an array of bytea they would be sent as hexadecimal text, twice
 * their size, and escaped one by one. Everything else travels as one array per column (see columnsOf).
 */
const INSERT_EVENTS = `
with e as materialized (
  select *
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::text[],
              $15::bigint[], $16::integer[], $17::jsonb[], $18::timestamptz[], $19::integer[], $20::integer[])
    as e(id, tenant_id, dedupe_key, type, source, subject, provider, action,
         repository, delivery_id, via, event_time, received_at, traceparent,
         stream_seq, matched, unmatched, created_at, payload_offset, payload_bytes)
), keys as (
  insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
  select tenant_id, dedupe_key, id, created_at from e
  order by tenant_id, dedupe_key
  on conflict do nothing
  returning event_id
), stored as (
  insert into events (id, tenant_id, type, source, subject, provider, action, repository, delivery_id, via, event_time,
                      received_at, traceparent, payload, size_bytes, stream_seq, stream_epoch, matched,
                      unmatched, created_at)
  select e.id, e.tenant_id, e.type, e.source, e.subject, e.provider, e.action, e.repository, e.delivery_id, e.via,
         e.event_time, e.received_at, e.traceparent,
         substring($21::bytea from e.payload_offset + 1 for e.payload_bytes),
         e.payload_bytes, e.stream_seq, $22, e.matched, e.unmatched, e.created_at
  from e
  join keys k on k.event_id = e.id
  returning tenant_id, type, created_at
), fanned_out as (
  insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, lease_id,
                          ordering_key, ordering_position, created_at)
  select d.event_id, d.endpoint_id, d.tenant_id, d.event_type,
         case when d.leased then 'sending' else 'pending' end,
         case when d.leased then now() + $24 * interval '1 second'
              when d.ordering_key is not null then 'infinity'
              else now() + coalesce(d.delay_seconds, 0) * interval '1 second' end,
         case when d.leased then $23 end,
         d.ordering_key, d.ordering_position, d.created_at
  from unnest($25::text[], $26::text[], $27::text[], $28::text[], $29::boolean[], $30::text[], $31::text[],
              $32::integer[], $33::timestamptz[])
    as d(event_id, endpoint_id, tenant_id, event_type, leased, ordering_key, ordering_position, delay_seconds,
         created_at)
  join keys k on k.event_id = d.event_id
  returning tenant_id, endpoint_id, event_type, created_at
), counted as (
  insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, received, matched)
  select tenant_id, '', type, hookline_statistics_bucket(created_at), count(*), 0 from stored group by 1, 3, 4
  union all
  select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), 0, count(*)
  from fanned_out
  group by 1, 2, 3, 4
)
select event_id as "eventId" from keys`;

const EVENT_COLUMNS = [
  'id',
  'tenant_id',
  'dedupe_key',
  'type',
  'source',
  'subject',
  'provider',
  'action',
  'repository',
  'delivery_id',
  'via',
  'event_time',
  'received_at',
  'traceparent',
  'stream_seq',
  'matched',
  'unmatched',
  'created_at',
] as const;
const DELIVERY_COLUMNS = [
  'event_id',
  'endpoint_id',
  'tenant_id',
  'event_type',
  'leased',
  'ordering_key',
  'ordering_position',
  'delay_seconds',
  'created_at',
] as const;

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
  const offsets: number[] = [];
  const lengths: number[] = [];
  for (const { length } of input.payloads) {
    offsets.push(offset);
    lengths.push(length);
    offset += length;
  }
  const { rows: stored } = await database.system<{ eventId: string }>(INSERT_EVENTS, [
    ...columnsOf(input.events, EVENT_COLUMNS),
    offsets,
    lengths,
    Buffer.concat(input.payloads),
    input.streamEpoch,
    input.leaseId,
    input.leaseSeconds,
    ...columnsOf(input.deliveries, DELIVERY_COLUMNS),
  ]);
  return new Set(stored.map(({ eventId }) => eventId));
}
