import { createLogger, createMetrics } from '@hookline/service';
import { expect, test } from 'vitest';
import { createJournal } from '../src/journal/journal.ts';
import { listPollFacts } from '../src/sql/list-poll-facts.ts';
import { createGovernorJob } from '../src/tasks/governor-job.ts';
import { createWatchdogJob, registerWatchdogGauges } from '../src/tasks/watchdog-job.ts';
import { insertTasks, readTasks } from './connection-rows.ts';
import { createHarness, type Harness, logger } from './harness.ts';

const never = new AbortController().signal;
const KEY = 'youtube/units/app/oap_1';

async function addConnections({ asOwner }: Harness, ids: readonly string[]): Promise<void> {
  await asOwner(
    `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, consent_at)
     select id, 'acme', 'youtube', 'oap_1', id, '{}', 'connected', now() from unnest($1::text[]) as id`,
    [ids],
  );
}

test('P6: a poll that has stopped, with its position frozen, is reported whatever the cause', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  await addConnections(harness, ['con_good', 'con_frozen', 'con_paused', 'con_new']);
  await insertTasks(harness, [
    { connection: 'con_good', intervalSeconds: 3_600 },
    { connection: 'con_frozen', intervalSeconds: 3_600, dueInSeconds: 500_000 },
    { connection: 'con_paused', intervalSeconds: 3_600, pausedReason: 'connection' },
    { connection: 'con_new', intervalSeconds: 3_600 },
  ]);
  await harness.asOwner(`update connection_tasks set created_at = now() - interval '3 days', counted_at = now() - interval '3 days',
    last_succeeded_at = now() - case connection_id when 'con_good' then interval '2 hours' else interval '3 hours' end
    where connection_id <> 'con_new'`);
  const alerts: unknown[] = [];
  const loud = createLogger({ service: 'scheduler-test', level: 'silent' });
  loud.error = (fields: unknown, text?: unknown) => {
    alerts.push([text, fields]);
  };
  const result = await createWatchdogJob(database, loud).run(never);
  expect(result).toMatchObject([{ provider: 'youtube', kind: 'poll', tasks: 3, behind: 1 }]);
  expect(alerts).toMatchObject([['tasks.behind', { connections: ['con_frozen'] }]]);
});

test('P7: work of the whole fleet that has stopped shows as a metric of every replica', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  await addConnections(harness, ['con_1', 'con_2']);
  await insertTasks(harness, [
    { connection: 'con_1', intervalSeconds: 600, dueInSeconds: 500_000 },
    { connection: 'con_2', intervalSeconds: 600, dueInSeconds: 500_000 },
  ]);
  await harness.asOwner(
    "update connection_tasks set created_at = now() - interval '1 day', counted_at = now() - interval '1 day'",
  );
  const result = await createWatchdogJob(database, logger).run(never);
  await harness.asOwner(`insert into jobs (name, run_at, last_result) values ('task-watchdog', now(), $1)`, [
    JSON.stringify(result),
  ]);
  const registry = createMetrics('scheduler');
  registerWatchdogGauges(registry, harness.openDatabase());
  const text = await registry.metrics();
  expect(text).toMatch(/hookline_scheduler_tasks_behind\{[^}]*provider="youtube",kind="poll"[^}]*\} 2/);
  expect(text).toMatch(/hookline_scheduler_tasks_done\{[^}]*\} 0/);
});

test('a connection shows how many of its runs were expected and done since midnight in UTC', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  await insertTasks(harness, [{ connection: 'con_1', intervalSeconds: 60 }]);
  await harness.asOwner("update connection_tasks set counted_at = now() - interval '10 minutes', done = 7");
  const [task] = await database.withTenant('acme', (transaction) => listPollFacts(transaction, ['con_1']));
  // Around midnight less has been expected.
  expect(task?.expected).toBeLessThanOrEqual(10);
  expect(task).toMatchObject({ name: 'test', resting: 0, resources: 0, restingReason: null });
});

test('the governor stretches the polls of a short quota, says so, and restores them', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  const ids = Array.from({ length: 1_000 }, (_, index) => `con_${index}`);
  await insertTasks(harness, [
    ...ids.map((connection) => ({ connection, intervalSeconds: 7_200, quotaKeys: [KEY] })),
    { connection: 'con_other', intervalSeconds: 7_200 },
  ]);
  await harness.asOwner(
    "insert into quota_groups (key, capacity, zone, window_ends_at) values ($1, 10000, 'America/Los_Angeles', now())",
    [KEY],
  );
  const governor = createGovernorJob(database, createJournal(), logger);
  expect(await governor.run(never)).toEqual({ stretched: 1_000 });
  // 1,000 polls each 2 h are 12,000 units a day, and polls are made to use 7,200.
  const [task] = await readTasks(harness, "connection_id = 'con_1'");
  expect(task?.stretch).toBeCloseTo(1.7);
  expect(await readTasks(harness, "connection_id = 'con_other'")).toMatchObject([{ stretch: 1 }]);
  const journal = await harness.asOwner<{ text: string }>(
    "select text from connection_journal where connection_id = 'con_1'",
  );
  expect(journal).toEqual([
    { text: `test: polled every 3 h 24 min in place of 2 h, because the quota ${KEY} is short` },
  ]);
  expect(await governor.run(never)).toEqual({ stretched: 0 });

  await harness.asOwner('delete from connection_tasks where random() < 0.6');
  const { stretched } = (await governor.run(never)) as { stretched: number };
  expect(stretched).toBeGreaterThan(0);
  expect((await readTasks(harness, 'stretch > 1')).length).toBe(0);
});

test('the polls of an account that is connected while a quota is short are stretched with the others', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  const poll = { intervalSeconds: 7_200, quotaKeys: [KEY] };
  await insertTasks(
    harness,
    Array.from({ length: 1_000 }, (_, index) => ({ ...poll, connection: `con_${index}` })),
  );
  await harness.asOwner(
    "insert into quota_groups (key, capacity, zone, window_ends_at) values ($1, 10000, 'America/Los_Angeles', now())",
    [KEY],
  );
  const governor = createGovernorJob(database, createJournal(), logger);
  expect(await governor.run(never)).toEqual({ stretched: 1_000 });
  await insertTasks(harness, [{ ...poll, connection: 'con_new' }]);
  // One more account needs no other stretch.
  expect(await governor.run(never)).toEqual({ stretched: 1 });
  const [task] = await readTasks(harness, "connection_id = 'con_new'");
  expect(task?.stretch).toBeCloseTo(1.7);
});
