import type { Database } from '@hookline/db';
import { Gauge, type Logger, type Registry } from '@hookline/service';
import type { Job } from '../jobs/job.ts';
import { type BehindRow, countBehind } from '../sql/count-behind.ts';
import { listJobs } from '../sql/list-jobs.ts';

const NAME = 'task-watchdog';

/**
 * Compares the runs that should have succeeded with those that have, whatever the cause of a difference. Work that has
 * not succeeded for two intervals and ten minutes is reported.
 */
export function createWatchdogJob(database: Database, logger: Logger): Job {
  return {
    name: NAME,
    cron: '*/5 * * * *',
    runAtStart: false,
    async run() {
      const { rows } = await countBehind.run<BehindRow>(database, {});
      for (const row of rows) {
        if (row.behind > 0) logger.error({ ...row }, 'tasks.behind');
      }
      return rows.map(({ connections: _, ...counts }) => counts);
    },
  };
}

/** The counts of the last run of the watchdog by whichever replica, for alerts. */
export function registerWatchdogGauges(registry: Registry, database: Database): void {
  const labelNames = ['provider', 'kind'];
  const gauges = {
    tasks: 'Tasks that should run',
    expected: 'Runs of this day in UTC that should have succeeded until now',
    done: 'Runs of this day in UTC that have succeeded',
    behind: 'Tasks without a success for two intervals and ten minutes',
  };
  for (const [count, help] of Object.entries(gauges)) {
    new Gauge({
      name: `hookline_scheduler_tasks_${count === 'tasks' ? 'active' : count}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        const jobs = await listJobs(database).catch(() => []);
        const result = jobs.find(({ name }) => name === NAME)?.lastResult;
        if (!Array.isArray(result)) return;
        for (const row of result as (BehindRow & Record<string, unknown>)[]) {
          this.set({ provider: row.provider, kind: row.kind }, Number(row[count]));
        }
      },
    });
  }
}
