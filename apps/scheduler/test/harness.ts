import { createDatabase, type Database } from '@hookline/db';
import { createLogger, createMetrics, type Logger, runWorkers } from '@hookline/service';
import { createTestDatabase, endConnections, type TestDatabase } from '@hookline/testkit';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Job } from '../src/jobs/job.ts';
import { createJobMetrics } from '../src/jobs/job-metrics.ts';
import { createJobWorker, type JobWorkerOptions } from '../src/jobs/job-worker.ts';

const APPLICATION_NAME = 'scheduler-test';

export const logger: Logger = createLogger({ service: 'scheduler-test', level: 'silent' });

export interface Harness {
  serviceUrl: string;
  /** Connects as the owner of the tables. */
  ownerUrl: string;
  /** The connections of one replica. */
  openDatabase(): Database;
  /** Ends all connections of this test's replicas. @returns how many */
  endConnections(): Promise<number>;
  /** As if another replica were creating partitions: a scheduler that starts here creates none, which would take long. */
  holdPartitionsJob(): Promise<void>;
  /** Connected as the owner of the tables, to whom no row-level policy applies. */
  asOwner<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface HarnessOptions {
  /** Default: a new one on the Postgres of the test run. */
  database?: TestDatabase | undefined;
  /** Whether a new database has partitions for a week ahead, for tests about partitions. Default false. */
  allDays?: boolean;
}

/** Everything is closed when the test ends, the database too. */
export async function createHarness({ database, allDays = false }: HarnessOptions = {}): Promise<Harness> {
  const { serviceUrl, ownerUrl, drop } = database ?? (await createTestDatabase({ allDays }));
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  owner.on('error', () => {});
  const asOwner: Harness['asOwner'] = async <Row extends object>(
    text: string,
    values: readonly unknown[] = [],
  ) => (await owner.query<Row>(text, [...values])).rows;
  const opened: Database[] = [];
  onTestFinished(async () => {
    await Promise.all([...opened.map((database) => database.close()), owner.end()]);
    await drop();
  });
  return {
    serviceUrl,
    ownerUrl,
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
    async holdPartitionsJob() {
      await asOwner(
        `insert into jobs (name, run_at, lease_id, lease_until)
         values ('partitions', now(), 'another replica', now() + interval '1 day') on conflict do nothing`,
      );
    },
    asOwner,
  };
}

export interface RunningWorker {
  /** Resolves when the worker has stopped. */
  stop(): Promise<void>;
}

/** Starts the worker of one replica. It is stopped when the test ends. */
export function startWorker(
  database: Database,
  job: Job,
  options: Partial<JobWorkerOptions> = {},
): RunningWorker {
  const metrics = createJobMetrics(createMetrics('test'), database);
  const worker = createJobWorker({ job, database, logger, metrics, pollIntervalMs: 25, ...options });
  const { stop } = runWorkers([worker], (error) => {
    throw error;
  });
  onTestFinished(stop);
  return { stop };
}

/** A job that is due once a year, and at start if asked. */
export function createTestJob(run: Job['run'], runAtStart = true): Job {
  return { name: 'test', cron: '0 0 1 1 *', runAtStart, run };
}
