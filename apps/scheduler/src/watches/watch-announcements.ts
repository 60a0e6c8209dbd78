import type { PublishEvents } from '../events/publish-events.ts';
import { nameOfWatch, type WatchRun } from './watch-run.ts';

type Announcement = 'connection.watch_renewal_failed' | 'connection.hook_repaired';

/** Tells the tenant what happened to a watch, by an event. */
export interface WatchAnnouncements {
  /** @param occasion the same for a repetition of the same announcement */
  announce(
    run: WatchRun,
    type: Announcement,
    occasion: string,
    reason: string,
    message: string,
  ): Promise<void>;
}

export function createWatchAnnouncements(publishEvents: PublishEvents): WatchAnnouncements {
  return {
    async announce(run, type, occasion, reason, message) {
      const { row, connection } = run;
      await publishEvents([
        {
          tenant: connection.tenant,
          provider: 'connection',
          type,
          source: `/connection/${connection.id}`,
          subject: connection.id,
          dedupeKey: `${row.id}:${type}:${occasion}`,
          via: 'api',
          payload: Buffer.from(
            JSON.stringify({
              connectionId: connection.id,
              provider: connection.provider,
              appId: connection.appId,
              accountId: connection.accountId,
              accountName: connection.accountName ?? null,
              status: connection.status,
              reason,
              message,
              watch: nameOfWatch(run),
              resource: row.resource,
              expiresAt: row.expiresAt?.toISOString() ?? null,
            }),
            'utf8',
          ),
        },
      ]);
    },
  };
}
