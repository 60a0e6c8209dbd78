import { randomUUID } from 'node:crypto';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Tracing, type Worker } from '@hookline/service';
import { type ClaimedJob, claimJob } from '../sql/claim-job.ts';
import { ensureJob } from '../sql/ensure-job.ts';
import { failJob } from '../sql/fail-job.ts';
import { finishJob } from '../sql/finish-job.ts';
import { readDatabaseTime } from '../sql/read-database-time.ts';
import { releaseJob } from '../sql/release-job.ts';
import { renewLease } from '../sql/renew-lease.ts';
import type { Job } from './job.ts';
import type { JobMetrics, JobOutcome } from './job-metrics.ts';
import { nextRunAt } from './next-run-at.ts';

export interface JobWorkerOptions {
  job: Job;
  database: Database;
  logger: Logger;
  metrics: JobMetrics;
  /** Undefined: runs have no spans. */
  tracing?: Tracing | undefined;
  /** How often the worker checks whether the job is due. Default 5 s. */
  pollIntervalMs?: number;
  /** The lease of a replica that does not renew it expires after this time. It is renewed three times as often. Default 30 s. */
  leaseMs?: number;
  /** How long after a failed run the job is due again. Default 60 s. */
  retryDelayMs?: number;
}

/**
 * Runs one job whenever it is due, in one replica at a time.
 *
 * A job *waits* until its `run_at`. A replica *claims* it with a lease, which it renews while the job runs. A run ends by
 * *finishing* (the next run is at the next time of the cron pattern), by *failing* (the next run is soon) or, if the replica
 * shuts down, by being *released* (due at once, for another replica). The lease of a replica that dies or hangs expires. If
 * such a replica continues later, its lease id does not match any more, and its result is dropped.
 */
export function createJobWorker(options: JobWorkerOptions): Worker {
  const { job, database, logger, metrics, tracing } = options;
  const pollIntervalMs = options.pollIntervalMs ?? 5_000;
  const leaseMs = options.leaseMs ?? 30_000;
  const retryDelayMs = options.retryDelayMs ?? 60_000;
  let known = false;

  async function runIfDue(signal: AbortSignal): Promise<boolean> {
    if (!known) {
      const now = await readDatabaseTime(database);
      await ensureJob(database, job.name, job.runAtStart ? now : nextRunAt(job.cron, now));
      known = true;
    }
    const claimed = await claimJob(database, { name: job.name, leaseId: randomUUID(), leaseMs });
    if (!claimed) return false;
    await runClaimed(claimed, signal);
    return true;
  }

  async function runClaimed(claimed: ClaimedJob, signal: AbortSignal): Promise<void> {
    const { leaseId, claimedAt } = claimed;
    const started = performance.now();
    const lease = keepLease(leaseId);
    const span = tracing?.startSpan(`run ${job.name}`, {
      kind: 'internal',
      attributes: { 'hookline.job.name': job.name },
    });
    let outcome: JobOutcome;
    let failure: unknown;
    let accepted: boolean;
    try {
      const result = await job.run(AbortSignal.any([signal, lease.lost]));
      lease.stop();
      // The time of the claim is by the database's clock, so the next run is as well.
      const endedAt = new Date(claimedAt.getTime() + (performance.now() - started));
      const runAt = nextRunAt(job.cron, endedAt);
      accepted = await finishJob(database, { name: job.name, leaseId, runAt, result });
      outcome = 'succeeded';
    } catch (error) {
      lease.stop();
      failure = error;
      if (signal.aborted) {
        accepted = await releaseJob(database, job.name, leaseId);
        outcome = 'interrupted';
      } else {
        accepted = await failJob(database, { name: job.name, leaseId, retryDelayMs, error });
        outcome = 'failed';
      }
    }
    if (!accepted) outcome = 'fenced';
    span?.setAttributes({ 'hookline.outcome': outcome });
    if (outcome === 'failed' || outcome === 'fenced') span?.fail(outcome);
    span?.end();
    const durationMs = performance.now() - started;
    metrics.observe(job.name, outcome, durationMs / 1000);
    const fields = { job: job.name, outcome, durationMs: Math.round(durationMs) };
    if (outcome === 'fenced') {
      logger.warn(
        fields,
        'job.ran: took longer than its lease; another replica has the job, this run counts for nothing',
      );
    } else if (outcome === 'failed') {
      logger.error({ ...fields, err: failure, retryInMs: retryDelayMs }, 'job.ran');
    } else {
      logger.info(fields, 'job.ran');
    }
  }

  /** Renews the lease until stopped. `lost` aborts if another replica has the lease, or if it was not renewed in time. */
  function keepLease(leaseId: string): { lost: AbortSignal; stop(): void } {
    const lost = new AbortController();
    let renewedAt = performance.now();
    const timer = setInterval(() => {
      const askedAt = performance.now();
      if (askedAt - renewedAt >= leaseMs) lost.abort(new Error('the lease has run out'));
      renewLease(database, { name: job.name, leaseId, leaseMs }).then(
        (renewed) => {
          if (renewed) renewedAt = askedAt;
          else lost.abort(new Error('another replica has the lease'));
        },
        (error: unknown) => logger.warn({ err: error, job: job.name }, 'the lease could not be renewed'),
      );
    }, leaseMs / 3);
    return { lost: lost.signal, stop: () => clearInterval(timer) };
  }

  return createLoopWorker({
    name: `job:${job.name}`,
    work: async (signal) => ((await runIfDue(signal)) ? 0 : pollIntervalMs),
    onError: (error) =>
      logger.error({ err: error, job: job.name }, 'could not find out whether the job is due; trying again'),
    pauseAfterErrorMs: pollIntervalMs,
  });
}
