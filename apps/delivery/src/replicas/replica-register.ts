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
  let heardSinceMs = notedAtMs;
  let { share } = await noteReplica(database, replica, PATIENCE);
  /** Struck off, but their leases are not yet ended. */
  let gone: string[] = [];
  let noting: Promise<void> = Promise.resolve();
  let underWay = false;

  async function note(): Promise<void> {
    const startedAtMs = Date.now();
    const current = await noteReplica(database, replica, PATIENCE);
    if (startedAtMs - notedAtMs >= UNHEARD_MS) heardSinceMs = startedAtMs;
    notedAtMs = startedAtMs;
    share = current.share;
    gone.push(...current.gone);
    if (gone.length === 0) return;
    const deliveries = await endLeases(database, gone, leaseSeconds);
    logger.warn({ replicas: gone, deliveries }, 'replicas are gone: what they were sending is due again');
    gone = [];
    onLeasesEnded();
  }

  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    noting = note()
      .catch((error: unknown) => logger.warn({ err: error }, 'the replicas could not be counted'))
      .finally(() => {
        underWay = false;
      });
  }, INTERVAL_MS);
  return {
    get share() {
      return share;
    },
    holdsLease: (takenAtMs) => takenAtMs >= heardSinceMs && Date.now() - notedAtMs < UNHEARD_MS,
    async stop() {
      clearInterval(timer);
      await noting;
      await removeReplica(database, replica).catch((error: unknown) =>
        logger.warn({ err: error }, 'this replica could not be signed off; it counts for a few seconds more'),
      );
    },
  };
}
