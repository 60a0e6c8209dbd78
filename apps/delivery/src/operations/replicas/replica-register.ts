import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseClock } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { ReplicaShare } from '../../pipeline/lanes/rate-limiter.ts';
import { endLeases } from './end-leases.ts';
import { type HeartbeatAnswer, recordHeartbeat, removeReplica } from './record-heartbeat.ts';

/** When the worker stops, the other replicas take over the share of this replica within a second. */
export interface ReplicaRegister extends Worker {
  /** As of the last round. While Postgres is unavailable the share does not change. */
  readonly share: ReplicaShare;
  /**
   * Whether no other replica can have ended a lease since this one took it. False if this replica could not report for
   * a long time: other replicas may have claimed its deliveries since.
   * @param takenAtMs by performance.now()
   */
  holdsLease(takenAtMs: number): boolean;
  /** Refreshes the catalog, and reports the version of it that this replica uses from then on. */
  confirm(): Promise<void>;
}

export interface ReplicaRegisterOptions {
  database: Database;
  replica: string;
  leaseSeconds: number;
  catalog: Pick<EndpointCatalog, 'refresh' | 'version'>;
  /** Set in every round. */
  clock: DatabaseClock;
  logger: Logger;
  /** Called when the leases of dead replicas were ended, so that their deliveries are due. */
  onLeasesEnded: () => void;
}

const INTERVAL_MS = 1_000;
const LOOK_MS = 200;
export const REPLICA_TIMEOUTS = {
  /** For this time the share of a dead replica is not used. */
  silentAfterSeconds: 5,
  /**
   * For this time its deliveries are not sent. If a replica is paused for longer, other replicas send its deliveries.
   */
  goneAfterSeconds: 10,
};
/** goneAfterSeconds minus the longest time that it takes to begin an attempt. */
const HEARTBEAT_TIMEOUT_MS = 8_000;

/**
 * Counts the replicas, by which the endpoints' limits are divided, and ends the leases of dead replicas: one small
 * statement a second. Times are monotonic: setting a wall clock ends no lease. Resolves when this replica is
 * registered, so that it starts with no more than its share. The other replicas notice it within a second.
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
    // A lease that another replica ended was ended before this answer.
    if (!current.known || answeredAtMs - notedAtMs >= HEARTBEAT_TIMEOUT_MS) registeredSinceMs = answeredAtMs;
    notedAtMs = startedAtMs;
    share = current.share;
    // Not awaited: while it waits for locked rows, this replica must go on reporting.
    if (current.missesSome) ending ??= end().finally(() => (ending = undefined));
  }

  async function end(): Promise<void> {
    try {
      const { gone, deliveries } = await endLeases(database, replica, REPLICA_TIMEOUTS, leaseSeconds);
      if (gone.length === 0) return;
      logger.warn(
        { replicas: gone, deliveries },
        'replicas are dead: the deliveries that they were sending are due again',
      );
      onLeasesEnded();
    } catch (error) {
      logger.warn({ err: error }, 'the leases of dead replicas could not be ended; trying again');
    }
  }

  /** Waits for a short time only: a slow refresh must not make this replica seem dead. */
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
      // Rounds begin at multiples of the interval, also after a round that took longer than one.
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
