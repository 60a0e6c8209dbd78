import { type Database, rowSet, statement } from '@hookline/db';
import type { Failures } from './failure-tally.ts';

const ENDPOINT_FAILURES = rowSet({
  endpoint_id: 'text',
  failures: 'integer',
  first_age_ms: 'float8',
  last_age_ms: 'float8',
});

/** Adds failures to the stored failures. Endpoints that are off or deleted are left out. */
const NOTE_FAILURES = statement(
  { failing: ENDPOINT_FAILURES },
  ({ failing }) => `
insert into endpoint_failures as known (endpoint_id, failures, first_failed_at, last_failed_at)
select f.endpoint_id, f.failures, clock_timestamp() - f.first_age_ms * interval '1 millisecond',
       clock_timestamp() - f.last_age_ms * interval '1 millisecond'
from ${failing('f')}
join endpoints e on e.id = f.endpoint_id and e.active and e.deleted_at is null
order by f.endpoint_id
on conflict (endpoint_id) do update
set failures = known.failures + excluded.failures,
    first_failed_at = least(known.first_failed_at, excluded.first_failed_at),
    last_failed_at = greatest(known.last_failed_at, excluded.last_failed_at)`,
);

export async function noteFailures(database: Database, failures: readonly Failures[]): Promise<void> {
  const nowMs = performance.now();
  const failing = failures.map(({ endpointId, failures: count, firstMs, lastMs }) => ({
    endpoint_id: endpointId,
    failures: count,
    first_age_ms: nowMs - firstMs,
    last_age_ms: nowMs - lastMs,
  }));
  await NOTE_FAILURES.run(database, { failing });
}
