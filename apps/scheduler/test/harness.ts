import { createDatabase, type Database } from '@hookline/db';
import { createLogger, createMetrics, type Logger, runWorkers } from '@hookline/service';
import { createTestDatabase, endConnections } from '@hookline/testkit';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Job } from '../src/jobs/job.ts';
import { createJobMetrics } from '../src/jobs/job-metrics.ts';
import { createJobWorker, type JobWorkerOptions } from '../src/jobs/job-worker.ts';

const APPLICATION_NAME = 'scheduler-test';

export const logger: Logger = createLogger({ service: 'scheduler-test', level: 'silent' });

export interface Harness {
  serviceUrl: string;
  /** One replica's connections. */
  openDatabase(): Database;
  /** Ends what the replicas of this test have opened, and returns how many connections that were. */
  endConnections(): Promise<number>;
  /** As the owner of the tables, whom no policy limits. */
  asOwner<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A database of one's own for the running test; everything is closed when it ends. */
export async function createHarness(): Promise<Harness> {
  const { serviceUrl, ownerUrl, drop } = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  owner.on('error', () => {});
  const opened: Database[] = [];
  onTestFinished(async () => {
    await Promise.all([...opened.map((database) => database.close()), owner.end()]);
    await drop();
  });
  return {
    serviceUrl,
    openDatabase() {
      const database = createDatabase({
        url: serviceUrl,
        applicationName: APPLICATION_NAME,
        maxConnections: 2,
        onConnectionError: () => {},
      });
      opened.push(database);
      return database;
    },
    endConnections: () => endConnections(ownerUrl, { applicationName: APPLICATION_NAME }),
    asOwner: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await owner.query<Row>(text, [...values])).rows,
  };
}

export interface RunningWorker {
  /** Resolves when the worker has ended. */
  stop(): Promise<void>;
}

/** A worker at work, as in one replica; it is stopped when the test ends. */
export function startWorker(
  database: Database,
  job: Job,
  options: Partial<JobWorkerOptions> = {},
): RunningWorker {
  const metrics = createJobMetrics(createMetrics('test'), database);
  const worker = createJobWorker({ job, database, logger, metrics, pollIntervalMs: 10, ...options });
  const { stop } = runWorkers([worker], (error) => {
    throw error;
  });
  onTestFinished(stop);
  return { stop };
}

/** Due once a year, and at start if asked: whatever else runs it is a mistake. */
export function createTestJob(run: Job['run'], runAtStart = true): Job {
  return { name: 'test', cron: '0 0 1 1 *', runAtStart, run };
}
