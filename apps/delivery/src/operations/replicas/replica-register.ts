import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseClock } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { ReplicaShare } from '../../pipeline/lanes/rate-limiter.ts';
import { endLeases } from './end-leases.ts';
import { type HeartbeatAnswer, recordHeartbeat, removeReplica } from './record-heartbeat.ts';

/** When the worker stops, the other replicas take over this one's share within a second. */
export interface ReplicaRegister extends Worker {
  /** As of the last look; while Postgres is away it stays as it was. */
  readonly share: ReplicaShare;
  /**
   * Whether nobody can have called this one gone since it took a lease. False when it could not say for long that it is
   * there: others may have what it held by then.
   * @param takenAtMs by performance.now()
   */
  holdsLease(takenAtMs: number): boolean;
  /** Has the catalog looked at, and says by which version of it this replica works from then on. */
  confirm(): Promise<void>;
}

export interface ReplicaRegisterOptions {
  database: Database;
  replica: string;
  leaseSeconds: number;
  catalog: Pick<EndpointCatalog, 'refresh' | 'version'>;
  /** Is set at every look. */
  clock: DatabaseClock;
  logger: Logger;
  /** What replicas that are gone were sending is due. */
  onLeasesEnded: () => void;
}

const INTERVAL_MS = 1_000;
const LOOK_MS = 200;
export const REPLICA_TIMEOUTS = {
  /** A replica that died leaves its share unused for so long. */
  silentAfterSeconds: 5,
  /** And what it was sending unsent. A replica that is paused for longer has sent for others when it comes back. */
  goneAfterSeconds: 10,
};
/** Less than goneAfterSeconds by what it may take to begin an attempt. */
const HEARTBEAT_TIMEOUT_MS = 8_000;

/**
 * Knows which replicas there are, which divides the endpoints' limits, and ends the leases of those that died: one
 * small statement a second. Times are monotonic: a wall clock that is set back or forth ends no lease. Resolves when this one is known, so that it starts with no more than its share; the
 * others find out within a second.
 */
export async function openReplicaRegister(options: ReplicaRegisterOptions): Promise<ReplicaRegister> {
  const { database, replica, leaseSeconds, catalog, clock, logger, onLeasesEnded } = options;
  let notedAtMs = performance.now();
  let { share } = await ask();
  let registeredSinceMs = performance.now();
  let noting: Promise<void> = Promise.resolve();
  let ending: Promise<void> | undefined;

  async function ask(): Promise<HeartbeatAnswer> {
    const askedAtMs = performance.now();
    const current = await recordHeartbeat(database, replica, REPLICA_TIMEOUTS, catalog.version);
    clock.set(current.databaseMs, askedAtMs, performance.now());
    return current;
  }

  async function note(): Promise<void> {
    const startedAtMs = performance.now();
    const current = await ask();
    const answeredAtMs = performance.now();
    // What others ended, they had ended when this was answered.
    if (!current.known || answeredAtMs - notedAtMs >= HEARTBEAT_TIMEOUT_MS) registeredSinceMs = answeredAtMs;
    notedAtMs = startedAtMs;
    share = current.share;
    // By itself: while it waits for rows that are locked, this replica must be heard of.
    if (current.missesSome) ending ??= end().finally(() => (ending = undefined));
  }

  async function end(): Promise<void> {
    try {
      const { gone, deliveries } = await endLeases(database, replica, REPLICA_TIMEOUTS, leaseSeconds);
      if (gone.length === 0) return;
      logger.warn({ replicas: gone, deliveries }, 'replicas are gone: what they were sending is due again');
      onLeasesEnded();
    } catch (error) {
      logger.warn({ err: error }, 'the leases of replicas that are gone could not be ended; trying again');
    }
  }

  /** Not for long: a look that takes its time must not make this replica seem gone. */
  const lookAtCatalog = () =>
    Promise.race([
      catalog
        .refresh()
        .catch((error: unknown) => logger.warn({ err: error }, 'the endpoints could not be read')),
      sleep(LOOK_MS),
    ]);

  const rounds = createLoopWorker({
    name: 'replica register',
    async work() {
      const startedAtMs = performance.now();
      noting = lookAtCatalog()
        .then(note)
        .catch((error: unknown) => logger.warn({ err: error }, 'the replicas could not be counted'));
      await noting;
      // A round that takes longer than the interval is followed by the next at its next beginning.
      return INTERVAL_MS - ((performance.now() - startedAtMs) % INTERVAL_MS);
    },
    onError: (error) => logger.error({ err: error }, 'the replica register failed; trying again'),
    firstPauseMs: INTERVAL_MS,
    pauseAfterErrorMs: INTERVAL_MS,
  });
  return {
    name: rounds.name,
    get share() {
      return share;
    },
    holdsLease: (takenAtMs) =>
      takenAtMs >= registeredSinceMs && performance.now() - notedAtMs < HEARTBEAT_TIMEOUT_MS,
    async confirm() {
      await catalog.refresh();
      await noting;
      await note();
    },
    async run(signal) {
      await rounds.run(signal);
      await ending;
      await removeReplica(database, replica).catch((error: unknown) =>
        logger.warn(
          { err: error },
          'this replica could not be removed from the register; it counts for a few seconds more',
        ),
      );
    },
  };
}
