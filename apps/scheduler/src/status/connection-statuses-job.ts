import type { Database } from '@hookline/db';
import type { Job } from '../jobs/job.ts';
import { listStaleStatuses } from '../sql/working-status.ts';
import type { ConnectionHealth } from './connection-health.ts';

/** Connections that one statement looks at. */
const AT_ONCE = 2_000;

/**
 * Corrects the statuses that are not what the facts say. A status is changed right after its facts; this finds those of
 * a replica that died in between.
 */
export function createConnectionStatusesJob(database: Database, health: ConnectionHealth): Job {
  return {
    name: 'connection-statuses',
    cron: '*/5 * * * *',
    runAtStart: true,
    async run(signal) {
      let corrected = 0;
      for (let after: string | undefined = ''; after !== undefined; ) {
        signal.throwIfAborted();
        const { ids, lastId } = await database.withSystem((transaction) =>
          listStaleStatuses(transaction, after ?? '', AT_ONCE),
        );
        await health.look(ids);
        corrected += ids.length;
        after = lastId;
      }
      return { corrected };
    },
  };
}
