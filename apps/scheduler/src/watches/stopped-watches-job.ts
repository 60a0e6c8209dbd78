import type { Job } from '../jobs/job.ts';
import type { Watches } from './watches.ts';

/** Ends the watches whose provider has not confirmed the end. */
export function createStoppedWatchesJob(watches: Pick<Watches, 'sweep'>): Job {
  return {
    name: 'stopped-watches',
    cron: '*/10 * * * *',
    runAtStart: false,
    run: () => watches.sweep(),
  };
}
