import { timeOfId } from '@hookline/contracts';
import { type Database, type RowOf, rowSet, statement, toStorableText } from '@hookline/db';
import { DISABLE_LOCKED } from '../../endpoints/announcements/disable-locked.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { ATTEMPT_COLUMNS, attemptColumns, SENT_ATTEMPT_COLUMNS } from './attempt-columns.ts';

/** An outcome with its attempt, if there was one. */
const OUTCOME = rowSet({
  event_id: 'text',
  endpoint_id: 'text',
  tenant_id: 'text',
  created_at: 'timestamptz',
  lease_id: 'text',
  status: 'text',
  delay_ms: 'float8?',
  error_code: 'text?',
  error_message: 'text?',
  endpoint_version: 'bigint?',
  disable_reason: 'text?',
  attempt: 'integer?',
  trigger: 'text?',
  ...SENT_ATTEMPT_COLUMNS.types,
  attempt_error_code: 'text?',
  attempt_error_message: 'text?',
  request_headers: 'jsonb?',
});

const PARAMETERS = { outcomes: OUTCOME, earliest: 'timestamptz', latest: 'timestamptz' } as const;

interface ParameterTexts {
  outcomes: (alias: string) => string;
  earliest: string;
  latest: string;
}

/**
 * A delivery that gave up keeps its lease, and stays due, until its dead letter is published: after a crash in between
 * the next claim publishes it.
 */
const updateAndLog = ({ outcomes, earliest, latest }: ParameterTexts) => `
with o as materialized (
  select *
  from ${outcomes('o')}
), updated as (
  update deliveries d
  set status = o.status,
      attempts = coalesce(o.attempt, d.attempts),
      due_at = now() + o.delay_ms * interval '1 millisecond',
      lease_id = case when o.status = 'failed' then d.lease_id end,
      -- A delivery that was only requeued has not been tried: its claim does not count.
      claims = case when o.attempt is null and o.status <> 'failed' then greatest(d.claims - 1, 0) else 0 end,
      last_attempt_at = coalesce(o.started_at, d.last_attempt_at),
      response_code = case when o.attempt is null then d.response_code else o.response_code end,
      error_code = case when o.attempt is null and o.status <> 'failed' then d.error_code else o.error_code end,
      error_message = case when o.attempt is null and o.status <> 'failed' then d.error_message else o.error_message end,
      -- An operator or tenant who asked for this attempt did not ask for the automatic retries that follow.
      trigger = case when o.attempt is not null and o.status = 'retrying' then 'schedule' else d.trigger end,
      completed_at = case when o.status in ('success', 'failed') then now() end
  from o
  -- any(array[…]) is an equality that only a look-up by key can serve. With a plain equality the planner may also read
  -- the whole index of the day and compare each row that is being sent with each outcome: it has no statistics of today
  -- yet, and expects one such row.
  where d.event_id = any(array[o.event_id]) and d.endpoint_id = any(array[o.endpoint_id])
    and d.created_at = o.created_at
    and d.created_at between ${earliest} and ${latest}
    and d.status = 'sending' and d.lease_id = o.lease_id
  returning d.event_id, d.endpoint_id, d.event_type, d.replay_id, o.lease_id, d.due_at
), logged as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, replay_id, ${ATTEMPT_COLUMNS.columns()},
                        response_body, request_headers, error_code, error_message, next_attempt_at, created_at)
  select o.event_id, o.endpoint_id, o.attempt, o.tenant_id, o.trigger,
         case when o.trigger <> 'schedule' then u.replay_id end, ${ATTEMPT_COLUMNS.columns('o')},
         decode(o.response_body_base64, 'base64'), o.request_headers, o.attempt_error_code, o.attempt_error_message,
         case when o.status = 'retrying' then u.due_at end, o.created_at
  from o
  -- The lease too: a batch may hold a fenced outcome of a delivery beside its valid outcome.
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

const RECORD_OUTCOMES = statement(
  PARAMETERS,
  (parameters) => `${updateAndLog(parameters)}
select event_id as "eventId", endpoint_id as "endpointId", false as disabled from updated`,
);

/**
 * The receiver wants nothing more: its endpoint is switched off together with the outcome, and an announcement is made
 * for its tenant. An endpoint that was changed since the delivery was sent stays on. The locks are taken in the order
 * in which a change by the API takes them.
 */
const RECORD_AND_DISABLE = statement(
  PARAMETERS,
  (parameters) => `${updateAndLog(parameters)}, gone as (
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
from updated`,
);

const storable = (_name: string, value: unknown) =>
  typeof value === 'string' ? toStorableText(value) : value;

export interface RecordedOutcome {
  eventId: string;
  endpointId: string;
  /** The endpoint was switched off. */
  disabled: boolean;
}

/**
 * Writes a batch of outcomes in one statement: inserts the attempts, updates the deliveries, counts both in the
 * statistics, and switches endpoints off whose receivers want nothing more.
 * @param leaseSeconds how long the replica that recorded a delivery as failed has to publish its dead letter
 * @returns the outcomes that were recorded; the other deliveries were claimed by another replica after their leases ran
 *   out
 */
export async function recordOutcomes(
  database: Database,
  outcomes: readonly Outcome[],
  leaseSeconds: number,
): Promise<RecordedOutcome[]> {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  const rows = outcomes.map((outcome): RowOf<typeof OUTCOME> => {
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
  const record = anyGone ? RECORD_AND_DISABLE : RECORD_OUTCOMES;
  const { rows: recorded } = await record.run<RecordedOutcome>(database, {
    outcomes: rows,
    earliest: new Date(earliest).toISOString(),
    latest: new Date(latest).toISOString(),
  });
  return recorded;
}
