import type { Database } from '@hookline/db';
import type { Job } from '../jobs/job.ts';
import { dropDisconnected, dropEndedFlows, trimJournals } from '../sql/keep-connections-tidy.ts';

/** Entries that are kept of each connection's journal: the newest. */
const KEPT_ENTRIES = 1_000;
/** How long ended flows stay, so that one that nobody came back from can be explained. */
const FLOW_DAYS = 7;
/** How long the journal of a disconnected account stays. */
const DISCONNECTED_DAYS = 30;
const AT_ONCE = 5_000;
const MAX_ROUNDS = 100;

/** Keeps journals, flows and disconnected accounts within bounds. */
export function createConnectionUpkeepJob(database: Database): Job {
  return {
    name: 'connection-upkeep',
    cron: '41 * * * *',
    runAtStart: false,
    async run(signal) {
      let trimmed = 0;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        signal.throwIfAborted();
        const count = await trimJournals(database, KEPT_ENTRIES, AT_ONCE);
        trimmed += count;
        if (count < AT_ONCE) break;
      }
      const flows = await dropEndedFlows(database, FLOW_DAYS);
      const disconnected = await dropDisconnected(database, DISCONNECTED_DAYS, AT_ONCE);
      return { trimmed, flows, disconnected };
    },
  };
}
