import type { Database } from '@hookline/db';

/** An endpoint that took something, or that was changed, starts anew; one that is off is not counted. */
const FORGET_FAILURES = `
delete from endpoint_failures f
where exists (
    select from unnest($1::text[], $2::float8[]) as s(endpoint_id, age_ms)
    where s.endpoint_id = f.endpoint_id
      and clock_timestamp() - s.age_ms * interval '1 millisecond' >= f.first_failed_at)
  or not exists (
    select from endpoints e
    where e.id = f.endpoint_id and e.active and e.deleted_at is null and e.updated_at <= f.first_failed_at)`;

/** @param successes when each of them last took something, by performance.now() */
export async function forgetFailures(
  database: Database,
  successes: ReadonlyMap<string, number>,
): Promise<void> {
  const nowMs = performance.now();
  await database.system(FORGET_FAILURES, [
    [...successes.keys()],
    [...successes.values()].map((ms) => nowMs - ms),
  ]);
}

/** Endpoints that have given nothing but failures, as far as any replica has written it down. */
export async function readFailing(database: Database): Promise<Set<string>> {
  const { rows } = await database.system<{ endpointId: string }>(
    'select endpoint_id as "endpointId" from endpoint_failures',
  );
  return new Set(rows.map(({ endpointId }) => endpointId));
}
