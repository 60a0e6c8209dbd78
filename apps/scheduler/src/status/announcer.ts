import { ID_PREFIX } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { createIdFactory, createLoopWorker, createWaker, type Logger, type Worker } from '@hookline/service';
import { insertAnnouncement } from '../sql/insert-announcement.ts';
import { publishAnnouncements } from '../sql/publish-announcements.ts';

/** An event about a connection or an application, as the part that publishes events takes it. */
export interface ConnectionEvent {
  /** Unique: a repeat is the same event. */
  id: string;
  tenant: string;
  /** E.g. `connection.needs_reauth`. */
  type: string;
  /** `/connection/con_…` or `/oauth-app/oap_…`. */
  source: string;
  timeMs: number;
  payload: Record<string, unknown>;
}

export interface ConnectionEvents {
  /** Resolves once all are stored. A repeat of an id is dropped. */
  publish(events: readonly ConnectionEvent[]): Promise<void>;
}

/** Tells tenants of changes by events. An announcement is stored with its change, and published soon afterwards. */
export interface Announcer extends Worker {
  /** Stores an announcement in the transaction of the change. */
  announce(
    transaction: Transaction,
    announcement: { tenant: string; type: string; source: string; payload: Record<string, unknown> },
  ): Promise<void>;
  /** There may be announcements: to be called after the commit. */
  wake(): void;
}

const AT_ONCE = 50;
const PAUSE_MS = 5_000;

export function createAnnouncer(parts: {
  database: Database;
  events: ConnectionEvents;
  logger: Logger;
}): Announcer {
  const { database, events, logger } = parts;
  const nextId = createIdFactory(ID_PREFIX.connectionAnnouncement);
  const waker = createWaker();
  const worker = createLoopWorker({
    name: 'connection-announcer',
    waker,
    async work() {
      const published = await publishAnnouncements(database, AT_ONCE, async (rows) => {
        await events.publish(
          rows.map(({ id, tenant, type, source, createdAtMs, payload }) => ({
            id,
            tenant,
            type,
            source,
            timeMs: Math.round(createdAtMs),
            payload,
          })),
        );
      });
      return published === AT_ONCE ? 0 : PAUSE_MS;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'events about connections were not published; trying again'),
    pauseAfterErrorMs: PAUSE_MS,
  });
  return {
    ...worker,
    announce: (transaction, announcement) =>
      insertAnnouncement(transaction, { id: nextId(), ...announcement }),
    wake: waker.wake,
  };
}
