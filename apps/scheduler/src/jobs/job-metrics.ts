import type { Database } from '@hookline/db';
import { Counter, Gauge, Histogram, type Registry } from '@hookline/service';
import { listJobs } from '../sql/list-jobs.ts';

/** `interrupted`: the replica shut down. `fenced`: the lease expired, and another replica may have the job. */
export type JobOutcome = 'succeeded' | 'failed' | 'interrupted' | 'fenced';

export interface JobMetrics {
  observe(job: string, outcome: JobOutcome, durationSeconds: number): void;
}

export function createJobMetrics(registry: Registry, database: Database): JobMetrics {
  const runs = new Counter({
    name: 'hookline_scheduler_job_runs_total',
    help: 'Runs of a job by this replica, by how they ended',
    labelNames: ['job', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'hookline_scheduler_job_duration_seconds',
    help: 'How long a run of a job took',
    labelNames: ['job'],
    buckets: [0.01, 0.1, 1, 10, 60, 300, 1800],
    registers: [registry],
  });
  new Gauge({
    name: 'hookline_scheduler_job_last_success_timestamp_seconds',
    help: 'When any replica last finished the job well, in seconds since 1970',
    labelNames: ['job'],
    registers: [registry],
    // Read for each scrape, because another replica may have made the last run.
    async collect() {
      const jobs = await listJobs(database).catch(() => []);
      for (const { name, lastSucceededAt } of jobs) {
        if (lastSucceededAt) this.set({ job: name }, lastSucceededAt.getTime() / 1000);
      }
    },
  });
  return {
    observe(job, outcome, durationSeconds) {
      runs.inc({ job, outcome });
      durations.observe({ job }, durationSeconds);
    },
  };
}
