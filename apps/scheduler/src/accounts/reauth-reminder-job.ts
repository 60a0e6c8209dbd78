import type { Database } from '@hookline/db';
import type { Job } from '../jobs/job.ts';
import { takeEndingConsents } from '../sql/list-ending-consents.ts';
import type { Announcer } from '../status/announcer.ts';
import { payloadOf } from '../status/status-changes.ts';
import { linkToReconnect } from './link-to-reconnect.ts';

/** Days before the end of a consent at which it is announced. */
const DAYS = [30, 7, 1] as const;
const AT_ONCE = 500;
const MAX_ROUNDS = 200;

/** Announces consents that end soon: `connection.reauth_due`, with what creates the link that renews the consent. */
export function createReauthReminderJob(database: Database, announcer: Announcer): Job {
  return {
    name: 'reauth-reminders',
    cron: '23 * * * *',
    runAtStart: true,
    async run(signal) {
      let announced = 0;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        signal.throwIfAborted();
        const count = await database.withSystem(async (transaction) => {
          const ending = await takeEndingConsents(transaction, DAYS, AT_ONCE);
          for (const { consentEndsAt, days, ...connection } of ending) {
            await announcer.announce(transaction, {
              tenant: connection.tenant,
              type: 'connection.reauth_due',
              source: `/connection/${connection.id}`,
              payload: {
                ...payloadOf(connection),
                consentEndsAt,
                days,
                reconnect: linkToReconnect(connection),
              },
            });
          }
          return ending.length;
        });
        announced += count;
        if (count < AT_ONCE) break;
      }
      if (announced > 0) announcer.wake();
      return { announced };
    },
  };
}
