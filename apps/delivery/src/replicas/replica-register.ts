import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { ReplicaShare } from '../lanes/rate-limiter.ts';
import { endLeases } from './end-leases.ts';
import { noteReplica, removeReplica } from './note-replica.ts';

export interface ReplicaRegister {
  /** As of the last look; while Postgres is away it stays as it was. */
  readonly share: ReplicaShare;
  /**
   * Whether nobody can have called this one gone since it took a lease. False when it could not say for long that it is
   * there: others may have what it held by then.
   * @param takenAtMs since 1970
   */
  holdsLease(takenAtMs: number): boolean;
  /** The others take over this one's share within a second. */
  stop(): Promise<void>;
}

export interface ReplicaRegisterOptions {
  database: Database;
  replica: string;
  leaseSeconds: number;
  logger: Logger;
  /** What replicas that are gone were sending is due. */
  onLeasesEnded: () => void;
}

const INTERVAL_MS = 1_000;
const PATIENCE = {
  /** A replica that died leaves its share unused for so long. */
  silentAfterSeconds: 5,
  /** And what it was sending unsent. A replica that is paused for longer has sent for others when it comes back. */
  goneAfterSeconds: 10,
};
/** Less than goneAfterSeconds by what it may take to begin an attempt. */
const UNHEARD_MS = 8_000;

/**
 * Knows which replicas there are, which divides the endpoints' limits, and ends the leases of those that died: one
 * small statement a second. Resolves when this one is known, so that it starts with no more than its share; the
 * others find out within a second.
 */
export async function startReplicaRegister(options: ReplicaRegisterOptions): Promise<ReplicaRegister> {
  const { database, replica, leaseSeconds, logger, onLeasesEnded } = options;
  let notedAtMs = Date.now();
  let { share } = await noteReplica(database, replica, PATIENCE);
  let heardSinceMs = Date.now();
  let noting: Promise<void> | undefined;
  let ending: Promise<void> | undefined;

  async function note(): Promise<void> {
    const startedAtMs = Date.now();
    const current = await noteReplica(database, replica, PATIENCE);
    const answeredAtMs = Date.now();
    // What others ended, they had ended when this was answered.
    if (!current.known || answeredAtMs - notedAtMs >= UNHEARD_MS) heardSinceMs = answeredAtMs;
    notedAtMs = startedAtMs;
    share = current.share;
    // By itself: while it waits for rows that are locked, this replica must be heard of.
    if (current.missesSome) ending ??= end().finally(() => (ending = undefined));
  }

  async function end(): Promise<void> {
    try {
      const { gone, deliveries } = await endLeases(database, replica, PATIENCE, leaseSeconds);
      if (gone.length === 0) return;
      logger.warn({ replicas: gone, deliveries }, 'replicas are gone: what they were sending is due again');
      onLeasesEnded();
    } catch (error) {
      logger.warn({ err: error }, 'the leases of replicas that are gone could not be ended; trying again');
    }
  }

  const timer = setInterval(() => {
    noting ??= note()
      .catch((error: unknown) => logger.warn({ err: error }, 'the replicas could not be counted'))
      .finally(() => {
        noting = undefined;
      });
  }, INTERVAL_MS);
  return {
    get share() {
      return share;
    },
    holdsLease: (takenAtMs) => takenAtMs >= heardSinceMs && Date.now() - notedAtMs < UNHEARD_MS,
    async stop() {
      clearInterval(timer);
      await Promise.all([noting, ending]);
      await removeReplica(database, replica).catch((error: unknown) =>
        logger.warn({ err: error }, 'this replica could not be signed off; it counts for a few seconds more'),
      );
    },
  };
}
