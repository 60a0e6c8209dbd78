import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { REPLICA_TIMEOUTS, type ReplicaRegister } from './replica-register.ts';

/** A dead replica is waited for until it counts as dead, and no longer. */
const WITHIN_MS = (REPLICA_TIMEOUTS.goneAfterSeconds + 3) * 1_000;
const LOOK_INTERVAL_MS = 50;

const COUNT_UNCONFIRMED = `
select count(*)::integer as unconfirmed from delivery_replicas
where catalog_version < $1 and seen_at >= now() - $2 * interval '1 second'`;

/**
 * Waits until every running replica uses a version of the catalog or a later one. A replica that starts meanwhile needs
 * no wait: it registers before it reads the catalog.
 * @throws ApiError `unavailable` if a running replica does not confirm within 13 s
 */
export async function untilAllConfirm(
  database: Database,
  register: Pick<ReplicaRegister, 'confirm'>,
  version: number,
): Promise<void> {
  const startedAtMs = performance.now();
  await register.confirm();
  for (;;) {
    const { rows } = await database.system<{ unconfirmed: number }>(COUNT_UNCONFIRMED, [
      version,
      REPLICA_TIMEOUTS.goneAfterSeconds,
    ]);
    const unconfirmed = rows[0]?.unconfirmed ?? 0;
    if (unconfirmed === 0) return;
    if (performance.now() - startedAtMs > WITHIN_MS) {
      throw new ApiError('unavailable', {
        message: `The change is stored, but replicas of delivery did not confirm it in time (${unconfirmed}). They apply it when they next read the catalog. Repeat the request to wait for them`,
      });
    }
    await sleep(LOOK_INTERVAL_MS);
  }
}
