import { columnsOf, type Database } from '@hookline/db';
import type { Failures } from './failure-book.ts';

/** Adds up; an endpoint that is off, or gone, is left out. */
const NOTE_FAILURES = `
insert into endpoint_failures as known (endpoint_id, failures, first_failed_at, last_failed_at)
select f.endpoint_id, f.failures, clock_timestamp() - f.first_age_ms * interval '1 millisecond',
       clock_timestamp() - f.last_age_ms * interval '1 millisecond'
from unnest($1::text[], $2::integer[], $3::float8[], $4::float8[])
  as f(endpoint_id, failures, first_age_ms, last_age_ms)
join endpoints e on e.id = f.endpoint_id and e.active and e.deleted_at is null
order by f.endpoint_id
on conflict (endpoint_id) do update
set failures = known.failures + excluded.failures,
    first_failed_at = least(known.first_failed_at, excluded.first_failed_at),
    last_failed_at = greatest(known.last_failed_at, excluded.last_failed_at)`;

const COLUMNS = ['endpoint_id', 'failures', 'first_age_ms', 'last_age_ms'] as const;

export async function noteFailures(database: Database, failures: readonly Failures[]): Promise<void> {
  const nowMs = performance.now();
  const rows = failures.map(({ endpointId, failures: count, firstMs, lastMs }) => ({
    endpoint_id: endpointId,
    failures: count,
    first_age_ms: nowMs - firstMs,
    last_age_ms: nowMs - lastMs,
  }));
  await database.system(NOTE_FAILURES, columnsOf(rows, COLUMNS));
}
