import type { EventPublisher } from '@hookline/bus';
import { HOOKLINE_PROVIDER, ID_PREFIX } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createIdFactory, createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import { maskUrl } from '../mask-url.ts';
import { type Announcement, readAnnouncements, removeAnnouncements } from './read-announcements.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);

/** Masks the URL of an endpoint as the API does: other receivers must not see its credentials. */
function withMaskedUrl(data: unknown): unknown {
  const { url } = data as { url?: string };
  return url === undefined ? data : { ...(data as object), url: maskUrl(url) };
}

/**
 * Publishes announcements as events of their tenants, and removes each announcement when its event is stored. After a
 * crash in between the announcement is published again under the same key, and the second event is dropped as a repeat.
 */
export function createAnnouncer(options: {
  database: Database;
  publisher: EventPublisher;
  logger: Logger;
  intervalMs: number;
}): LoopWorker {
  const { database, publisher, logger, intervalMs } = options;

  async function publish(announcement: Announcement, id: string): Promise<string | undefined> {
    try {
      await publisher.publish({
        attributes: {
          id,
          type: announcement.type,
          source: '/hookline',
          subject: announcement.endpointId,
          time: announcement.createdAt.toISOString(),
          tenant: announcement.tenantId,
          provider: HOOKLINE_PROVIDER,
          receivedat: new Date().toISOString(),
          via: 'api',
          dedupekey: `hookline:${announcement.id}`,
        },
        payload: Buffer.from(JSON.stringify(withMaskedUrl(announcement.data))),
      });
      return announcement.id;
    } catch (error) {
      logger.warn(
        { err: error, announcement: announcement.id },
        'an announcement could not be published; trying again',
      );
      return undefined;
    }
  }

  async function announce(): Promise<number> {
    const announcements = await readAnnouncements(database);
    // The ids of the events rise in the order of the announcements.
    const publishing = announcements.map((announcement) => publish(announcement, nextEventId()));
    const published = (await Promise.all(publishing)).filter((id) => id !== undefined);
    if (published.length > 0) await removeAnnouncements(database, published);
    return intervalMs;
  }

  return createLoopWorker({
    name: 'announcer',
    work: announce,
    onError: (error) => logger.warn({ err: error }, 'announcements could not be read; trying again'),
    pauseAfterErrorMs: intervalMs,
  });
}
