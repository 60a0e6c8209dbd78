import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { Job } from '../jobs/job.ts';
import type { Journal } from '../journal/journal.ts';
import {
  listQuotaLoads,
  type QuotaLoadRow,
  type StretchedTaskRow,
  storeStretches,
  stretchTasks,
} from '../sql/quota-loads.ts';
import { governStretch } from './govern.ts';

/** Stretches the intervals of polls whose quota is short, and says so in the journals of their connections. */
export function createGovernorJob(database: Database, journal: Journal, logger: Logger): Job {
  return {
    name: 'quota-governor',
    cron: '*/5 * * * *',
    runAtStart: true,
    async run(signal) {
      const { rows: loads } = await listQuotaLoads.run<QuotaLoadRow>(database, {});
      const groups = loads.map((load) => ({
        key: load.key,
        stretch: governStretch(load),
        before: load.stretch,
      }));
      const changed = groups.filter(({ stretch, before }) => stretch !== before);
      if (changed.length > 0) await storeStretches.run(database, { stretches: changed });
      // The tasks of a connection that was made since are not stretched yet.
      const stretches = groups.filter(({ stretch, before }) => stretch > 1 || before > 1);
      if (stretches.length === 0) return { stretched: 0 };
      const { rows: tasks } = await stretchTasks.run<StretchedTaskRow>(database, { stretches });
      for (const { key, stretch, before } of changed) {
        logger.warn({ quota: key, stretch, before }, 'quota.stretched');
      }
      for (const task of oneOfEachPoll(tasks)) {
        signal.throwIfAborted();
        await journal.record(database, {
          connectionId: task.connectionId,
          tenant: task.tenant,
          kind: 'quota',
          outcome: task.stretch > 1 ? 'stretched' : 'restored',
          text: sentenceOf(task),
          detail: { quota: task.key, stretch: task.stretch },
        });
      }
      return { stretched: tasks.length };
    },
  };
}

/** A connection with many resources gets one entry for each of its polls. */
function oneOfEachPoll(tasks: readonly StretchedTaskRow[]): StretchedTaskRow[] {
  return [...new Map(tasks.map((task) => [`${task.connectionId} ${task.name}`, task])).values()];
}

function sentenceOf({ name, intervalSeconds, stretch, key }: StretchedTaskRow): string {
  const wanted = toDuration(intervalSeconds);
  return stretch > 1
    ? `${name}: polled every ${toDuration(intervalSeconds * stretch)} in place of ${wanted}, because the quota ${key} is short`
    : `${name}: polled every ${wanted} again, because the quota ${key} suffices`;
}

function toDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
