import { type Database, type RowOf, rowSet, statement } from '@hookline/db';
import { ATTEMPT_COLUMNS, SENT_ATTEMPT_COLUMNS } from '../outcomes/attempt-columns.ts';

/** Columns of `events` that travel as they are stored. */
const EVENT_COLUMNS = rowSet({
  id: 'text',
  tenant_id: 'text',
  type: 'text',
  source: 'text',
  subject: 'text?',
  provider: 'text',
  action: 'text?',
  repository: 'text?',
  provider_delivery_id: 'text?',
  via: 'text',
  event_time: 'timestamptz',
  received_at: 'timestamptz',
  traceparent: 'text?',
  hops: 'text?',
  control: 'text?',
  control_reason: 'text?',
  /** When JetStream had stored the event. */
  stored_at: 'timestamptz',
  /** The id of the first event of the same request, if the request brought several events. */
  request_id: 'text?',
  stream_seq: 'bigint',
  matched: 'integer',
  /** Of the endpoints that did not match. */
  unmatched: 'jsonb?',
  /** How many endpoints did not match and are not in `unmatched`. */
  unmatched_omitted: 'integer',
  /** The time in the id. */
  created_at: 'timestamptz',
});

/** The same, with the place of the event's contents among all contents. */
const SENT_EVENT = rowSet({
  ...EVENT_COLUMNS.types,
  content_offset: 'integer',
  payload_bytes: 'integer',
  request_bytes: 'integer?',
});

/**
 * A delivery as it is inserted. With an attempt it is done: it was sent before, and succeeded. Else with a lease it is
 * being sent. Else it is pending.
 */
const SENT_DELIVERY = rowSet({
  event_id: 'text',
  endpoint_id: 'text',
  tenant_id: 'text',
  event_type: 'text',
  lease_id: 'text?',
  /** The delivery waits for earlier deliveries with the same key. */
  ordering_key: 'text?',
  ordering_position: 'text?',
  /** How long the delivery waits for others to fill its batch; undefined: the delivery is due at once. */
  delay_seconds: 'integer?',
  created_at: 'timestamptz',
  ...SENT_ATTEMPT_COLUMNS.types,
});

export type EventRow = RowOf<typeof EVENT_COLUMNS>;
export type DeliveryRow = RowOf<typeof SENT_DELIVERY>;

/**
 * Stores a batch of events in one statement, and so in one transaction: the events, a delivery for each endpoint that
 * matched, the attempts of the deliveries that are done, and the changes of the statistics. An event that another
 * replica has stored before is left as it is.
 *
 * The contents of all events, each payload followed by its kept request, travel as one value: as an array of bytea each
 * would be sent as hexadecimal text, twice its size, and escaped one by one.
 */
const INSERT_EVENTS = statement(
  {
    events: SENT_EVENT,
    deliveries: SENT_DELIVERY,
    contents: 'bytea',
    streamEpoch: 'text',
    leaseSeconds: 'float8',
  },
  ({ events, deliveries, contents, streamEpoch, leaseSeconds }) => `
with e as materialized (
  select * from ${events('e')}
), stored as (
  insert into events (${EVENT_COLUMNS.columns()}, payload, size_bytes, request, stream_epoch)
  select ${EVENT_COLUMNS.columns('e')},
         substring(${contents} from e.content_offset + 1 for e.payload_bytes),
         e.payload_bytes,
         substring(${contents} from e.content_offset + e.payload_bytes + 1 for e.request_bytes),
         ${streamEpoch}
  from e
  on conflict do nothing
  returning id, tenant_id, type, created_at
), d as materialized (
  select d.*
  from ${deliveries('d')}
  join stored s on s.id = d.event_id
), fanned_out as (
  insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, attempts, due_at, lease_id, claims,
                          ordering_key, ordering_position, last_attempt_at, response_code, completed_at, created_at)
  select d.event_id, d.endpoint_id, d.tenant_id, d.event_type,
         case when d.outcome is not null then 'success' when d.lease_id is not null then 'sending' else 'pending' end,
         case when d.outcome is not null then 1 else 0 end,
         case when d.outcome is not null then null
              when d.lease_id is not null then now() + ${leaseSeconds} * interval '1 second'
              when d.ordering_key is not null then 'infinity'
              else now() + coalesce(d.delay_seconds, 0) * interval '1 second' end,
         case when d.outcome is null then d.lease_id end,
         case when d.outcome is null and d.lease_id is not null then 1 else 0 end,
         d.ordering_key, d.ordering_position, d.started_at, d.response_code,
         case when d.outcome is not null then now() end, d.created_at
  from d
), logged as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, created_at, response_body,
                        ${ATTEMPT_COLUMNS.columns()})
  select d.event_id, d.endpoint_id, 1, d.tenant_id, 'schedule', d.created_at, decode(d.response_body_base64, 'base64'),
         ${ATTEMPT_COLUMNS.columns('d')}
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
select id as "eventId" from stored`,
);

export interface InsertEventsInput {
  events: readonly EventRow[];
  payloads: readonly Uint8Array[];
  /** The requests that are kept with their events; undefined for an event without one. */
  requests: readonly (Uint8Array | undefined)[];
  deliveries: readonly DeliveryRow[];
  streamEpoch: string;
  leaseSeconds: number;
}

/** @returns the ids of the events that were stored; the other events had been stored before */
export async function insertEvents(database: Database, input: InsertEventsInput): Promise<Set<string>> {
  const { deliveries, streamEpoch, leaseSeconds } = input;
  const contents: Uint8Array[] = [];
  let offset = 0;
  const events = input.events.map((event, index): RowOf<typeof SENT_EVENT> => {
    const payload = input.payloads[index] as Uint8Array;
    const request = input.requests[index];
    const place = {
      content_offset: offset,
      payload_bytes: payload.length,
      request_bytes: request?.length,
    };
    contents.push(payload);
    if (request !== undefined) contents.push(request);
    offset += payload.length + (request?.length ?? 0);
    return { ...event, ...place };
  });
  const { rows: stored } = await INSERT_EVENTS.run<{ eventId: string }>(database, {
    events,
    deliveries,
    contents: Buffer.concat(contents),
    streamEpoch,
    leaseSeconds,
  });
  return new Set(stored.map(({ eventId }) => eventId));
}
