import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { ReplicaShare } from '../lanes/rate-limiter.ts';
import { noteReplica, removeReplica } from './note-replica.ts';

export interface ReplicaRegister {
  /** As of the last look; while Postgres is away it stays as it was. */
  readonly share: ReplicaShare;
  /** The others take over this one's share within a second. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 1_000;
/** A replica that died leaves its share unused for so long. */
const GONE_AFTER_SECONDS = 5;

/**
 * Knows how many replicas there are, which divides the endpoints' limits: one small statement a second. Resolves when
 * this one is known, so that it starts with no more than its share; the others find out within a second.
 */
export async function startReplicaRegister(options: {
  database: Database;
  replica: string;
  logger: Logger;
}): Promise<ReplicaRegister> {
  const { database, replica, logger } = options;
  let share = await noteReplica(database, replica, GONE_AFTER_SECONDS);
  let noting: Promise<void> = Promise.resolve();
  let underWay = false;
  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    noting = noteReplica(database, replica, GONE_AFTER_SECONDS)
      .then((current) => {
        share = current;
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'the replicas could not be counted'))
      .finally(() => {
        underWay = false;
      });
  }, INTERVAL_MS);
  return {
    get share() {
      return share;
    },
    async stop() {
      clearInterval(timer);
      await noting;
      await removeReplica(database, replica).catch((error: unknown) =>
        logger.warn({ err: error }, 'this replica could not be signed off; it counts for a few seconds more'),
      );
    },
  };
}
