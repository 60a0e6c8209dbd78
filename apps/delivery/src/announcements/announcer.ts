import type { EventPublisher } from '@hookline/bus';
import { ID_PREFIX } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { monotonicFactory } from 'ulid';
import { type Announcement, readAnnouncements, removeAnnouncements } from './read-announcements.ts';

export interface Announcer {
  /** There is something to tell now: do not wait for the next look. */
  wake(): void;
  stop(): Promise<void>;
}

const nextUlid = monotonicFactory();

/**
 * Publishes what tenants are to be told as events of their own, and removes it when it is stored. A crash in between
 * publishes it again under the same key, which is dropped as a repeat.
 */
export function startAnnouncer(options: {
  database: Database;
  publisher: EventPublisher;
  logger: Logger;
  intervalMs: number;
}): Announcer {
  const { database, publisher, logger } = options;
  let stopped = false;
  let waking = false;
  let wake: (() => void) | undefined;

  async function publish(announcement: Announcement): Promise<string | undefined> {
    const ulid = nextUlid();
    try {
      await publisher.publish({
        attributes: {
          id: `${ID_PREFIX.event}_${ulid}`,
          type: announcement.type,
          source: '/hookline',
          subject: announcement.endpointId,
          time: announcement.createdAt.toISOString(),
          tenant: announcement.tenantId,
          provider: 'hookline',
          receivedat: new Date().toISOString(),
          via: 'api',
          dedupekey: `hookline:${announcement.id}`,
        },
        payload: Buffer.from(JSON.stringify(announcement.data)),
      });
      return announcement.id;
    } catch (error) {
      logger.warn(
        { err: error, announcement: announcement.id },
        'an announcement could not be published yet',
      );
      return undefined;
    }
  }

  async function announce(): Promise<void> {
    const announcements = await readAnnouncements(database);
    const published = (await Promise.all(announcements.map(publish))).filter((id) => id !== undefined);
    if (published.length > 0) await removeAnnouncements(database, published);
  }

  const loop = (async () => {
    while (!stopped) {
      waking = false;
      await announce().catch((error: unknown) =>
        logger.warn({ err: error }, 'announcements could not be read; trying again'),
      );
      if (stopped || waking) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();

  return {
    wake() {
      waking = true;
      wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
