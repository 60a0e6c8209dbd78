import type { Database } from '@hookline/db';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { claimJob } from '../src/sql/claim-job.ts';
import { ensureJob } from '../src/sql/ensure-job.ts';
import { failJob } from '../src/sql/fail-job.ts';
import { finishJob } from '../src/sql/finish-job.ts';
import { type JobRow, listJobs } from '../src/sql/list-jobs.ts';
import { releaseJob } from '../src/sql/release-job.ts';
import { renewLease } from '../src/sql/renew-lease.ts';
import { createHarness, createTestJob, startWorker } from './harness.ts';

const name = 'test';

/** In ms since 1970. */
async function leaseEnd(database: Database): Promise<number> {
  const [row] = await listJobs(database);
  if (!row?.leaseUntil) throw new Error('nobody holds a lease');
  return row.leaseUntil.getTime();
}

test('only one of many replicas runs a due job, and the others wait', async () => {
  const { openDatabase, asOwner } = await createHarness();
  let runs = 0;
  let finish: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const databases = Array.from({ length: 6 }, openDatabase);
  const job = createTestJob(async () => {
    runs++;
    await held;
    return { run: runs };
  });
  const workers = databases.map((database) => startWorker(database, job));

  // Each replica has inserted the job, tried to claim it, and tried again while one replica has its lease.
  await until(() => databases.filter(({ counters }) => counters.statements >= 4).length >= 5);
  expect(runs).toBe(1);
  finish();
  const [row] = await until(async () => {
    const jobs = await listJobs(databases[0] as (typeof databases)[0]);
    return jobs[0]?.runs === 1 ? (jobs as [JobRow]) : undefined;
  });
  expect(row.lastResult).toEqual({ run: 1 });
  expect(row.running).toBe(false);
  expect(row.runAt.getTime()).toBeGreaterThan(Date.now());

  await asOwner('update jobs set run_at = now()');
  await until(() => runs === 2);
  await Promise.all(workers.map(({ stop }) => stop()));
  expect(runs).toBe(2);
});

test('a job of a dead replica is taken over when its lease has expired, and not before', async () => {
  const { openDatabase, asOwner } = await createHarness();
  const database = openDatabase();
  await ensureJob(database, name, new Date(0));
  const dead = await claimJob(database, { name, leaseId: 'dead', leaseMs: 400 });
  expect(dead?.leaseId).toBe('dead');
  const leaseUntilMs = await leaseEnd(database);

  let startedAt: Date | undefined;
  startWorker(
    openDatabase(),
    createTestJob(async () => {
      const [now] = await asOwner<{ now: Date }>('select clock_timestamp() as now');
      startedAt = now?.now;
    }),
  );
  await until(() => startedAt);
  expect((startedAt as Date).getTime()).toBeGreaterThanOrEqual(leaseUntilMs);
});

test('a replica whose lease has expired changes nothing', async () => {
  const { openDatabase } = await createHarness();
  const database = openDatabase();
  await ensureJob(database, name, new Date(0));
  await claimJob(database, { name, leaseId: 'late', leaseMs: 1 });
  const current = await until(() => claimJob(database, { name, leaseId: 'current', leaseMs: 60_000 }));
  expect(current.leaseId).toBe('current');

  const [before] = await listJobs(database);
  const runAt = new Date();
  expect(await renewLease(database, { name, leaseId: 'late', leaseMs: 60_000 })).toBe(false);
  expect(await finishJob(database, { name, leaseId: 'late', runAt, result: 'late' })).toBe(false);
  expect(await failJob(database, { name, leaseId: 'late', retryDelayMs: 0, error: new Error('late') })).toBe(
    false,
  );
  expect(await releaseJob(database, name, 'late')).toBe(false);
  expect((await listJobs(database))[0]).toEqual(before);

  expect(await finishJob(database, { name, leaseId: 'current', runAt, result: 'current' })).toBe(true);
  expect((await listJobs(database))[0]).toMatchObject({ lastResult: 'current', runs: 1, running: false });
});

test('a worker that has lost its lease is aborted, and its result is not stored', async () => {
  const { openDatabase, asOwner } = await createHarness();
  const database = openDatabase();
  let told: unknown;
  const { stop } = startWorker(
    database,
    createTestJob(async (signal) => {
      await asOwner("update jobs set lease_id = 'another', lease_until = now() + interval '1 hour'");
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      told = signal.reason;
      return 'of the one who lost it';
    }),
    { leaseMs: 90 },
  );
  await until(() => told);
  await stop();
  expect(String(told)).toMatch(/another replica/);
  expect((await listJobs(database))[0]).toMatchObject({ running: true, runs: 0, lastResult: null });
});

test('a lease is renewed for as long as the work takes', async () => {
  const { openDatabase } = await createHarness();
  const database = openDatabase();
  let runs = 0;
  let finish: () => void = () => {};
  const job = createTestJob(() => {
    runs++;
    return new Promise((resolve) => {
      finish = () => resolve(null);
    });
  });
  const leaseMs = 1_000;
  startWorker(database, job, { leaseMs });
  startWorker(openDatabase(), job, { leaseMs });
  await until(() => runs === 1);
  const firstEndMs = await leaseEnd(database);
  // After three lease times the same replica still has the lease.
  await until(async () => (await leaseEnd(database)) > firstEndMs + 3 * leaseMs);
  expect(runs).toBe(1);
  finish();
  await until(async () => (await listJobs(database))[0]?.runs === 1);
});

test('a failed run is shown, and the job runs again soon', async () => {
  const { openDatabase } = await createHarness();
  const database = openDatabase();
  let fails = true;
  startWorker(
    database,
    createTestJob(async () => {
      if (fails) throw new Error('the disk is full');
      return 'well';
    }),
    { retryDelayMs: 50 },
  );
  const failed = await until(async () => (await listJobs(database)).find(({ lastError }) => lastError));
  expect(failed).toMatchObject({ lastError: 'the disk is full', lastSucceededAt: null });
  fails = false;
  const well = await until(async () => (await listJobs(database)).find(({ lastError }) => !lastError));
  expect(well.lastResult).toBe('well');
  expect(well.runs).toBeGreaterThanOrEqual(2);
  expect(well.lastSucceededAt).toBeInstanceOf(Date);
});

test('a replica that shuts down releases its job, which is due at once', async () => {
  const { openDatabase } = await createHarness();
  let stopped = false;
  const { stop } = startWorker(
    openDatabase(),
    createTestJob(
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          }),
        ),
    ),
  );
  const database = openDatabase();
  await until(async () => (await listJobs(database))[0]?.running);
  await stop();
  expect(stopped).toBe(true);
  expect((await listJobs(database))[0]).toMatchObject({ running: false, runs: 0, lastError: null });

  let takenOver = false;
  startWorker(
    database,
    createTestJob(async () => {
      takenOver = true;
    }, false),
  );
  await until(() => takenOver);
});

test('the worker waits while Postgres is away', async () => {
  const { openDatabase, asOwner, endConnections } = await createHarness();
  const database = openDatabase();
  let runs = 0;
  startWorker(
    database,
    createTestJob(async () => {
      runs++;
    }),
  );
  await until(async () => (await listJobs(database))[0]?.runs === 1);
  expect(await endConnections()).toBeGreaterThan(0);
  await asOwner('update jobs set run_at = now()');
  await until(() => runs === 2);
});
