import { columnsOf, type Database } from '@hookline/db';
import type { attemptColumns } from '../outcomes/attempt-columns.ts';

export interface EventRow {
  id: string;
  tenant_id: string;
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
  hops: string | undefined;
  control: string | undefined;
  control_reason: string | undefined;
  /** When JetStream had stored it; RFC 3339. */
  stored_at: string;
  /** Of a request that brought several events: the id of its first. */
  request_id: string | undefined;
  stream_seq: number;
  matched: number;
  /** JSON. */
  unmatched: string | undefined;
  /** How many more did not match than are in it. */
  unmatched_omitted: number;
  /** RFC 3339; the time in the id. */
  created_at: string;
}

/**
 * A delivery as it is inserted: done, where there is an attempt (it was sent before and succeeded), else leased, where
 * there is a lease (it is on its way), else waiting.
 */
export interface DeliveryRow extends ReturnType<typeof attemptColumns> {
  event_id: string;
  endpoint_id: string;
  tenant_id: string;
  event_type: string;
  lease_id: string | undefined;
  /** Waits for those before it with the same key. */
  ordering_key: string | undefined;
  ordering_position: string | undefined;
  /** From now, where it waits for a batch to be closed; undefined: it is due at once. */
  delay_seconds: number | undefined;
  created_at: string;
}

/**
 * Everything a batch of events becomes, in one statement and so in one transaction: the events, one delivery for each
 * endpoint that matched, the attempts of those that are done already, and what it adds to the statistics. An event
 * that is there already (another replica had it as well, and was faster) is left as it is.
 *
 * Payloads, each with its kept request behind it, travel as one value with offsets: as an array of bytea they would be sent as hexadecimal text, twice
 * their size, and escaped one by one. Everything else travels as one array per column (see columnsOf).
 */
const INSERT_EVENTS = `
with e as materialized (
  select *
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::bigint[],
              $15::integer[], $16::jsonb[], $17::integer[], $18::timestamptz[], $19::integer[], $20::integer[],
              $46::text[], $47::integer[], $48::text[], $49::text[], $50::text[], $51::timestamptz[])
    as e(id, tenant_id, type, source, subject, provider, action, repository, delivery_id, via, event_time,
         received_at, traceparent, stream_seq, matched, unmatched, unmatched_omitted, created_at, payload_offset,
         payload_bytes, request_id, request_bytes, hops, control, control_reason, stored_at)
), stored as (
  insert into events (id, tenant_id, type, source, subject, provider, action, repository, delivery_id, via, event_time,
                      received_at, traceparent, hops, control, control_reason, stored_at, payload, size_bytes, request, request_id, stream_seq,
                      stream_epoch, matched, unmatched, unmatched_omitted, created_at)
  select e.id, e.tenant_id, e.type, e.source, e.subject, e.provider, e.action, e.repository, e.delivery_id, e.via,
         e.event_time, e.received_at, e.traceparent, e.hops,
         e.control, e.control_reason, e.stored_at,
         substring($21::bytea from e.payload_offset + 1 for e.payload_bytes),
         e.payload_bytes,
         substring($21::bytea from e.payload_offset + e.payload_bytes + 1 for e.request_bytes), e.request_id,
         e.stream_seq, $22, e.matched, e.unmatched, e.unmatched_omitted, e.created_at
  from e
  on conflict do nothing
  returning id, tenant_id, type, created_at
), d as materialized (
  select d.*
  from unnest($24::text[], $25::text[], $26::text[], $27::text[], $28::text[], $29::text[], $30::text[],
              $31::integer[], $32::timestamptz[], $33::timestamptz[], $34::real[], $35::real[], $36::real[],
              $37::real[], $38::real[], $39::text[], $40::boolean[], $41::text[], $42::integer[], $43::jsonb[],
              $44::text[], $45::text[])
    as d(event_id, endpoint_id, tenant_id, event_type, lease_id, ordering_key, ordering_position, delay_seconds,
         created_at, started_at, duration_ms, first_byte_ms, dns_ms, connect_ms, tls_ms, http_version,
         connection_reused, outcome, response_code, response_headers, response_body, response_end)
  join stored s on s.id = d.event_id
), fanned_out as (
  insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, attempts, due_at, lease_id, claims,
                          ordering_key, ordering_position, last_attempt_at, response_code, completed_at, created_at)
  select d.event_id, d.endpoint_id, d.tenant_id, d.event_type,
         case when d.outcome is not null then 'success' when d.lease_id is not null then 'sending' else 'pending' end,
         case when d.outcome is not null then 1 else 0 end,
         case when d.outcome is not null then null
              when d.lease_id is not null then now() + $23 * interval '1 second'
              when d.ordering_key is not null then 'infinity'
              else now() + coalesce(d.delay_seconds, 0) * interval '1 second' end,
         case when d.outcome is null then d.lease_id end,
         case when d.outcome is null and d.lease_id is not null then 1 else 0 end,
         d.ordering_key, d.ordering_position, d.started_at, d.response_code,
         case when d.outcome is not null then now() end, d.created_at
  from d
), logged as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, started_at, duration_ms, first_byte_ms,
                        dns_ms, connect_ms, tls_ms, http_version, connection_reused, outcome, response_code,
                        response_headers, response_body, response_end, created_at)
  select d.event_id, d.endpoint_id, 1, d.tenant_id, 'schedule', d.started_at, d.duration_ms, d.first_byte_ms,
         d.dns_ms, d.connect_ms, d.tls_ms, d.http_version, d.connection_reused, d.outcome, d.response_code,
         d.response_headers, decode(d.response_body, 'base64'), d.response_end, d.created_at
  from d
  where d.outcome is not null
), counted as (
  insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, received, matched, delivered, attempts,
                                  duration_ms, durations)
  select tenant_id, '', type, hookline_statistics_bucket(created_at), count(*), 0, 0, 0, 0, '{}'
  from stored
  group by 1, 3, 4
  union all
  select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), 0, count(*), count(outcome),
         count(outcome), coalesce(sum(duration_ms), 0),
         coalesce(array_agg(hookline_duration_bucket(duration_ms)) filter (where outcome is not null), '{}')
  from d
  group by 1, 2, 3, 4
)
select id as "eventId" from stored`;

const EVENT_COLUMNS = [
  'id',
  'tenant_id',
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
  'unmatched_omitted',
  'created_at',
] as const;
const DELIVERY_COLUMNS = [
  'event_id',
  'endpoint_id',
  'tenant_id',
  'event_type',
  'lease_id',
  'ordering_key',
  'ordering_position',
  'delay_seconds',
  'created_at',
  'started_at',
  'duration_ms',
  'first_byte_ms',
  'dns_ms',
  'connect_ms',
  'tls_ms',
  'http_version',
  'connection_reused',
  'outcome',
  'response_code',
  'response_headers',
  'response_body',
  'response_end',
] as const;

export interface InsertEventsInput {
  events: readonly EventRow[];
  payloads: readonly Uint8Array[];
  /** Kept with their events; undefined where there is none. */
  requests: readonly (Uint8Array | undefined)[];
  deliveries: readonly DeliveryRow[];
  streamEpoch: string;
  leaseSeconds: number;
}

/** @returns the ids of the events that were stored; the others were there already */
export async function insertEvents(database: Database, input: InsertEventsInput): Promise<Set<string>> {
  let offset = 0;
  const offsets: number[] = [];
  const lengths: number[] = [];
  const requests: { bytes: number | undefined }[] = [];
  const contents: Uint8Array[] = [];
  for (const [index, payload] of input.payloads.entries()) {
    const request = input.requests[index];
    offsets.push(offset);
    lengths.push(payload.length);
    requests.push({ bytes: request?.length });
    contents.push(payload);
    if (request !== undefined) contents.push(request);
    offset += payload.length + (request?.length ?? 0);
  }
  const { rows: stored } = await database.system<{ eventId: string }>(INSERT_EVENTS, [
    ...columnsOf(input.events, EVENT_COLUMNS),
    offsets,
    lengths,
    Buffer.concat(contents),
    input.streamEpoch,
    input.leaseSeconds,
    ...columnsOf(input.deliveries, DELIVERY_COLUMNS),
    ...columnsOf(input.events, ['request_id']),
    ...columnsOf(requests, ['bytes']),
    ...columnsOf(input.events, ['hops', 'control', 'control_reason', 'stored_at']),
  ]);
  return new Set(stored.map(({ eventId }) => eventId));
}
