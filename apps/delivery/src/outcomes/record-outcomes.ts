import { timeOfId } from '@hookline/contracts';
import { columnsOf, type Database } from '@hookline/db';
import type { Outcome } from './outcome.ts';

/**
 * A gave-up delivery stays due until its dead letter is published, so that a crash in between leaves it to the next
 * claim; this long is left to the replica that recorded it.
 */
const DEAD_LETTER_GRACE_MS = 30_000;

const RECORD_OUTCOMES = `
with o as materialized (
  select *
  from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::float8[], $8::text[],
              $9::text[], $10::integer[], $11::text[], $12::timestamptz[], $13::real[], $14::real[], $15::text[],
              $16::integer[], $17::jsonb[], $18::text[])
    as o(event_id, endpoint_id, tenant_id, created_at, lease_id, status, delay_ms, error_code,
         error_message, attempt, trigger, started_at, duration_ms, first_byte_ms, outcome,
         response_code, response_headers, response_body)
), updated as (
  update deliveries d
  set status = o.status,
      attempts = coalesce(o.attempt, d.attempts),
      due_at = now() + o.delay_ms * interval '1 millisecond',
      lease_id = case when o.status = 'failed' then d.lease_id end,
      last_attempt_at = coalesce(o.started_at, d.last_attempt_at),
      response_code = case when o.attempt is null then d.response_code else o.response_code end,
      error_code = o.error_code,
      error_message = o.error_message,
      completed_at = case when o.status in ('success', 'failed') then now() end
  from o
  where d.event_id = o.event_id and d.endpoint_id = o.endpoint_id and d.created_at = o.created_at
    and d.created_at between $19 and $20
    and d.status = 'sending' and d.lease_id = o.lease_id
  returning d.event_id, d.endpoint_id, o.attempt, d.due_at
), logged as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, started_at, duration_ms, first_byte_ms,
                        outcome, response_code, response_headers, response_body, error_code, error_message,
                        next_attempt_at, created_at)
  select o.event_id, o.endpoint_id, o.attempt, o.tenant_id, o.trigger, o.started_at, o.duration_ms, o.first_byte_ms,
         o.outcome, o.response_code, o.response_headers, decode(o.response_body, 'base64'), o.error_code,
         o.error_message, case when o.status = 'retrying' then u.due_at end, o.created_at
  from o
  join updated u on u.event_id = o.event_id and u.endpoint_id = o.endpoint_id
  where o.attempt is not null
)
select event_id as "eventId", endpoint_id as "endpointId" from updated`;

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
] as const;

/**
 * Writes a batch of outcomes in one statement: attempts inserted, deliveries updated.
 * @returns which of them were still ours; the others were taken over by another replica after the lease had run out
 */
export async function recordOutcomes(
  database: Database,
  outcomes: readonly Outcome[],
): Promise<{ eventId: string; endpointId: string }[]> {
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
      delay_ms: outcome.status === 'failed' ? DEAD_LETTER_GRACE_MS : outcome.delayMs,
      error_code: outcome.errorCode,
      error_message: outcome.errorMessage,
      attempt: attempt?.number,
      trigger: attempt?.trigger,
      started_at: attempt && new Date(attempt.startedAtMs).toISOString(),
      duration_ms: roundToHundredth(attempt?.durationMs),
      first_byte_ms: roundToHundredth(attempt?.firstByteMs),
      outcome: attempt?.outcome,
      response_code: attempt?.responseCode,
      response_headers: attempt?.responseHeaders && JSON.stringify(attempt.responseHeaders),
      response_body: attempt?.responseBody?.toString('base64'),
    };
  });
  const { rows: updated } = await database.system<{ eventId: string; endpointId: string }>(RECORD_OUTCOMES, [
    ...columnsOf(rows, COLUMNS),
    new Date(earliest),
    new Date(latest),
  ]);
  return updated;
}

const roundToHundredth = (ms: number | undefined) =>
  ms === undefined ? undefined : Math.round(ms * 100) / 100;
