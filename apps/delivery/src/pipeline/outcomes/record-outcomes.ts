import { timeOfId } from '@hookline/contracts';
import { columnsOf, type Database, toStorableText } from '@hookline/db';
import { DISABLE_LOCKED } from '../../endpoints/announcements/disable-locked.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { attemptColumns } from './attempt-columns.ts';

/**
 * A delivery that gave up keeps its lease, and stays due, until its dead letter is published: a crash in between
 * leaves it to the next claim.
 */
const UPDATE_AND_LOG = `
with o as materialized (
  select *
  from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::float8[], $8::text[],
              $9::text[], $10::integer[], $11::text[], $12::timestamptz[], $13::real[], $14::real[], $15::text[],
              $16::integer[], $17::jsonb[], $18::text[], $19::bigint[], $20::text[], $21::text[], $22::text[],
              $23::real[], $24::real[], $25::real[], $26::text[], $27::boolean[], $28::text[], $29::jsonb[])
    as o(event_id, endpoint_id, tenant_id, created_at, lease_id, status, delay_ms, error_code,
         error_message, attempt, trigger, started_at, duration_ms, first_byte_ms, outcome,
         response_code, response_headers, response_body, endpoint_version, disable_reason, attempt_error_code,
         attempt_error_message, dns_ms, connect_ms, tls_ms, http_version, connection_reused, response_end,
         request_headers)
), updated as (
  update deliveries d
  set status = o.status,
      attempts = coalesce(o.attempt, d.attempts),
      due_at = now() + o.delay_ms * interval '1 millisecond',
      lease_id = case when o.status = 'failed' then d.lease_id end,
      -- One that was only put back has not been tried: that claim does not count.
      claims = case when o.attempt is null and o.status <> 'failed' then greatest(d.claims - 1, 0) else 0 end,
      last_attempt_at = coalesce(o.started_at, d.last_attempt_at),
      response_code = case when o.attempt is null then d.response_code else o.response_code end,
      error_code = case when o.attempt is null and o.status <> 'failed' then d.error_code else o.error_code end,
      error_message = case when o.attempt is null and o.status <> 'failed' then d.error_message else o.error_message end,
      -- Whoever asked for this attempt did not ask for the retries that follow by themselves.
      trigger = case when o.attempt is not null and o.status = 'retrying' then 'schedule' else d.trigger end,
      completed_at = case when o.status in ('success', 'failed') then now() end
  from o
  -- Equality by another name, which only a look-up by key can serve. Plain, it also lets the planner walk the day's
  -- whole index in its order, and compare each row that is being sent with each outcome: to its eyes, who knows
  -- nothing of today yet, that is one row.
  where d.event_id = any(array[o.event_id]) and d.endpoint_id = any(array[o.endpoint_id])
    and d.created_at = o.created_at
    and d.created_at between $30 and $31
    and d.status = 'sending' and d.lease_id = o.lease_id
  returning d.event_id, d.endpoint_id, d.event_type, d.replay_id, o.lease_id, d.due_at
), logged as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, replay_id, started_at, duration_ms,
                        first_byte_ms, dns_ms, connect_ms, tls_ms, http_version, connection_reused, outcome,
                        response_code, response_headers, response_body, response_end, request_headers, error_code,
                        error_message, next_attempt_at, created_at)
  select o.event_id, o.endpoint_id, o.attempt, o.tenant_id, o.trigger,
         case when o.trigger <> 'schedule' then u.replay_id end, o.started_at, o.duration_ms, o.first_byte_ms,
         o.dns_ms, o.connect_ms, o.tls_ms, o.http_version, o.connection_reused, o.outcome, o.response_code,
         o.response_headers, decode(o.response_body, 'base64'), o.response_end, o.request_headers,
         o.attempt_error_code, o.attempt_error_message, case when o.status = 'retrying' then u.due_at end, o.created_at
  from o
  -- The lease too: a batch may hold a fenced outcome of a delivery beside the one that counts.
  join updated u on u.event_id = o.event_id and u.endpoint_id = o.endpoint_id and u.lease_id = o.lease_id
  where o.attempt is not null
), counted as (
  insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, delivered, dead, attempts, failures,
                                  duration_ms, durations)
  select o.tenant_id, o.endpoint_id, u.event_type, hookline_statistics_bucket(o.created_at),
         count(*) filter (where o.status = 'success'), count(*) filter (where o.status = 'failed'),
         count(o.attempt), count(o.attempt) filter (where o.outcome in ('retry', 'failed')), coalesce(sum(o.duration_ms), 0),
         coalesce(array_agg(hookline_duration_bucket(o.duration_ms)) filter (where o.attempt is not null), '{}')
  from o
  join updated u on u.event_id = o.event_id and u.endpoint_id = o.endpoint_id and u.lease_id = o.lease_id
  where o.attempt is not null or o.status = 'failed'
  group by 1, 2, 3, 4
)`;

const RECORD_OUTCOMES = `${UPDATE_AND_LOG}
select event_id as "eventId", endpoint_id as "endpointId", false as disabled from updated`;

/**
 * A receiver wants no more: with the outcome its endpoint is switched off, unless it was changed since it was sent
 * to, and its tenant is to be told. The locks are taken in the order in which a change by the API takes them.
 */
const RECORD_AND_DISABLE = `${UPDATE_AND_LOG}, gone as (
  select distinct on (o.endpoint_id, o.endpoint_version) o.endpoint_id, o.endpoint_version, o.disable_reason,
                                                             o.error_code, o.error_message, o.event_id, u.event_type,
                                                             o.response_code
  from o
  join updated u on u.event_id = o.event_id and u.endpoint_id = o.endpoint_id and u.lease_id = o.lease_id
  where o.disable_reason is not null
), locked as materialized (
  select e.id, g.disable_reason as reason, coalesce(g.error_code, 'endpoint_disabled') as code
  from gone g
  join endpoints e on e.id = g.endpoint_id and e.version = g.endpoint_version
  where e.active and e.deleted_at is null
  order by e.id
  for update of e
), last_tried as (
  select distinct on (endpoint_id) endpoint_id, event_id, event_type, response_code, error_code, error_message
  from gone
  order by endpoint_id, endpoint_version desc
), ${DISABLE_LOCKED}
select event_id as "eventId", endpoint_id as "endpointId", endpoint_id in (select id from disabled) as disabled
from updated`;

const COLUMNS = [
  'event_id',
  'endpoint_id',
  'tenant_id',
  'created_at',
  'lease_id',
  'status',
  'delay_ms',
  'error_code',
  'error_message',
  'attempt',
  'trigger',
  'started_at',
  'duration_ms',
  'first_byte_ms',
  'outcome',
  'response_code',
  'response_headers',
  'response_body',
  'endpoint_version',
  'disable_reason',
  'attempt_error_code',
  'attempt_error_message',
  'dns_ms',
  'connect_ms',
  'tls_ms',
  'http_version',
  'connection_reused',
  'response_end',
  'request_headers',
] as const;

const storable = (_name: string, value: unknown) =>
  typeof value === 'string' ? toStorableText(value) : value;

export interface RecordedOutcome {
  eventId: string;
  endpointId: string;
  /** The endpoint is switched off from now on. */
  disabled: boolean;
}

/**
 * Writes a batch of outcomes in one statement: attempts inserted, deliveries updated, both counted in the statistics,
 * endpoints that are gone switched off.
 * @param leaseSeconds how long the replica that recorded a delivery as failed has to publish its dead letter
 * @returns which of them were still ours; the others were taken over by another replica after the lease had run out
 */
export async function recordOutcomes(
  database: Database,
  outcomes: readonly Outcome[],
  leaseSeconds: number,
): Promise<RecordedOutcome[]> {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  const rows = outcomes.map((outcome) => {
    const createdAt = timeOfId(outcome.eventId) as number;
    earliest = Math.min(earliest, createdAt);
    latest = Math.max(latest, createdAt);
    const { attempt } = outcome;
    return {
      event_id: outcome.eventId,
      endpoint_id: outcome.endpointId,
      tenant_id: outcome.tenantId,
      created_at: new Date(createdAt).toISOString(),
      lease_id: outcome.leaseId,
      status: outcome.status,
      delay_ms: outcome.status === 'failed' ? leaseSeconds * 1000 : outcome.delayMs,
      error_code: outcome.errorCode,
      error_message: toStorableText(outcome.errorMessage),
      attempt: attempt?.number,
      trigger: attempt?.trigger,
      ...attemptColumns(attempt),
      endpoint_version: outcome.endpointVersion,
      disable_reason: outcome.disableReason,
      attempt_error_code: attempt?.errorCode,
      attempt_error_message: toStorableText(attempt?.errorMessage),
      request_headers: attempt?.requestHeaders && JSON.stringify(attempt.requestHeaders, storable),
    };
  });
  const anyGone = outcomes.some(({ disableReason }) => disableReason !== undefined);
  const { rows: recorded } = await database.system<RecordedOutcome>(
    anyGone ? RECORD_AND_DISABLE : RECORD_OUTCOMES,
    [...columnsOf(rows, COLUMNS), new Date(earliest), new Date(latest)],
  );
  return recorded;
}
