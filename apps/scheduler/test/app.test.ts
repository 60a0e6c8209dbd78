import { createServer } from 'node:net';
import { internalHeaders, type Service } from '@hookline/service';
import { startTestNats, until } from '@hookline/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { buildScheduler } from '../src/app.ts';
import type { SchedulerOptions } from '../src/options.ts';
import { createHarness, type Harness, logger } from './harness.ts';
import { schedulerOptions, TOKEN } from './support/scheduler-options.ts';

const operator = internalHeaders(TOKEN, { role: 'operator', keyId: 'key_1' });
const tenant = internalHeaders(TOKEN, { role: 'tenant', tenant: 'acme', keyId: 'key_2' });

const nats = await startTestNats();
afterAll(() => nats.stop());

const optionsFor = (databaseUrl: string): SchedulerOptions =>
  schedulerOptions({ databaseUrl, natsUrl: nats.url }, { webhookRegistration: true });
const runtime = {
  logger,
  onFatal(error: Error) {
    throw error;
  },
};

async function startService({ serviceUrl }: Harness): Promise<Service> {
  const service = await buildScheduler(optionsFor(serviceUrl), runtime);
  onTestFinished(() => service.close());
  return service;
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

test('the scheduler is ready, creates partitions at its start and shows its jobs to operators', async () => {
  const harness = await createHarness({ allDays: true });
  await harness.asOwner(`drop table events_${tomorrow()}`);
  const { app } = await startService(harness);
  const list = () => app.inject({ url: '/internal/jobs', headers: operator });
  const jobs = await until(async () => {
    const { data } = (await list()).json<{ data: { name: string; runs: number }[] }>();
    return data.find(({ name }) => name === 'partitions')?.runs === 1 ? data : undefined;
  });
  expect(jobs).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: 'partitions',
        lastError: null,
        lastResult: { made: 1 },
        running: false,
      }),
      expect.objectContaining({ name: 'retention', lastStartedAt: null, runs: 0 }),
    ]),
  );
  expect((await app.inject('/readyz')).json()).toEqual({
    ready: true,
    checks: { postgres: { ok: true }, nats: { ok: true }, partitions: { ok: true }, clock: { ok: true } },
  });
  const metrics = (await app.inject('/metrics')).body;
  expect(metrics).toMatch(
    /hookline_scheduler_job_runs_total\{job="partitions",outcome="succeeded",[^}]*\} 1/,
  );
  expect(metrics).toMatch(
    /hookline_scheduler_job_last_success_timestamp_seconds\{job="partitions"[^}]*\} \d+/,
  );
  expect(metrics).toMatch(/hookline_scheduler_open_breakers\{[^}]*\} 0/);
});

test('jobs are shown only to operators', async () => {
  const { app } = await startService(await createHarness({ allDays: true }));
  expect((await app.inject('/internal/jobs')).statusCode).toBe(401);
  expect((await app.inject({ url: '/internal/jobs', headers: tenant })).statusCode).toBe(403);
});

test('the scheduler is not ready while partitions for tomorrow are missing, and names them and the place to look', async () => {
  const harness = await createHarness({ allDays: true });
  const { app } = await startService(harness);
  await until(async () => (await app.inject('/readyz')).statusCode === 200);
  await until(
    async () =>
      (await harness.asOwner("select from jobs where name = 'partitions' and runs = 1")).length === 1,
  );
  await harness.asOwner(`drop table attempts_${tomorrow()}`);
  const notReady = await app.inject('/readyz');
  expect(notReady.statusCode).toBe(503);
  expect(notReady.json().checks.partitions.problem).toMatch(
    new RegExp(`attempts_${tomorrow()}.*/internal/jobs`),
  );
});

test('a start without Postgres fails with an error that says so', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  await expect(
    buildScheduler(optionsFor(`postgres://hookline_service@127.0.0.1:${port}/hookline`), runtime),
  ).rejects.toThrow(/ECONNREFUSED/);
});
