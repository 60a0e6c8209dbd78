import { createMetrics, runWorkers } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { type ClaimedTaskRow, claimTasks } from '../src/sql/claim-tasks.ts';
import type { TaskKind, TaskResult } from '../src/tasks/task.ts';
import { createTaskMetrics } from '../src/tasks/task-metrics.ts';
import { createTaskWorker, type TaskWorkerOptions } from '../src/tasks/task-worker.ts';
import { dueNow, ensureTasks, pauseTasks, resumeTasks } from '../src/tasks/tasks.ts';
import { insertTasks, readTasks } from './connection-rows.ts';
import { createHarness, type Harness, logger } from './harness.ts';

const SUCCEEDED: TaskResult = { outcome: 'succeeded', ended: 'succeeded', next: { at: 'grid' } };

function start(harness: Harness, run: TaskKind['run'], options: Partial<TaskWorkerOptions> = {}) {
  const worker = createTaskWorker({
    database: harness.openDatabase(),
    kinds: [{ kind: 'poll', run }],
    logger,
    metrics: createTaskMetrics(createMetrics('scheduler')),
    // These tasks are of no connections.
    onFactsChanged: async () => {},
    pollIntervalMs: 20,
    ...options,
  });
  const { stop } = runWorkers([worker], (error) => {
    throw error;
  });
  onTestFinished(stop);
  return { stop };
}

const claim = (harness: Harness, changes: Partial<Parameters<typeof claimTasks.run>[1]> = {}) => {
  const database = harness.openDatabase();
  return () =>
    claimTasks
      .run<ClaimedTaskRow>(database, {
        busy: [],
        walks: [],
        share: 10,
        slots: 100,
        lease_id: 'lease',
        lease_seconds: 300,
        late_seconds: 300,
        candidates: 5_000,
        tenants: 500,
        ...changes,
      })
      .then(({ rows }) => rows);
};

test('8 workers claim 2,000 tasks: none twice, none is left', async () => {
  const harness = await createHarness();
  await insertTasks(
    harness,
    Array.from({ length: 2_000 }, (_, index) => ({ app: `oap_${index % 7}`, tenant: `t${index % 50}` })),
  );
  const claims = Array.from({ length: 8 }, () => claim(harness));
  const claimed: string[] = [];
  await Promise.all(
    claims.map(async (next) => {
      // A claim that met the locks of others may be empty although tasks are due.
      for (let empty = 0; empty < 5; ) {
        const rows = await next();
        empty = rows.length === 0 ? empty + 1 : 0;
        claimed.push(...rows.map(({ id }) => id));
      }
    }),
  );
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(claimed).toHaveLength(2_000);
});

test('a claim takes turns: a large application and a large tenant leave room for the others', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [
    ...Array.from({ length: 1_000 }, () => ({ app: 'oap_big', tenant: 'huge', dueInSeconds: -60 })),
    ...Array.from({ length: 3 }, (_, index) => ({ app: 'oap_big', tenant: `small${index}` })),
    ...Array.from({ length: 5 }, () => ({ app: 'oap_small', tenant: 'other' })),
  ]);
  const rows = await claim(harness, { share: 20, slots: 25 })();
  expect(rows).toHaveLength(25);
  const of = (app: string) => rows.filter(({ appId }) => appId === app);
  expect(of('oap_big')).toHaveLength(20);
  expect(of('oap_small')).toHaveLength(5);
  expect(new Set(of('oap_big').map(({ tenant }) => tenant))).toEqual(
    new Set(['huge', 'small0', 'small1', 'small2']),
  );
});

test('a tenant with more overdue tasks than a claim looks at delays no other tenant of its application', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [
    ...Array.from({ length: 6_000 }, () => ({ app: 'oap_big', tenant: 'huge', dueInSeconds: -100 })),
    ...Array.from({ length: 3 }, (_, index) => ({ app: 'oap_big', tenant: `small${index}` })),
  ]);
  const rows = await claim(harness, { share: 20, slots: 25 })();
  expect(rows).toHaveLength(20);
  const tenants = new Set(rows.map(({ tenant }) => tenant));
  expect([...tenants].sort()).toEqual(['huge', 'small0', 'small1', 'small2']);
});

test('tenants that one claim does not walk through have their turn in the next claims', async () => {
  const harness = await createHarness();
  const names = Array.from({ length: 10 }, (_, index) => `small${index}`);
  await insertTasks(harness, [
    ...Array.from({ length: 200 }, () => ({ app: 'oap_big', tenant: 'huge', dueInSeconds: -100 })),
    ...names.map((tenant) => ({ app: 'oap_big', tenant })),
  ]);
  const seen = new Set<string>();
  let walkedTo: string | null = null;
  for (let round = 0; round < 4; round++) {
    const walks: { app_id: string; after_tenant: string }[] =
      walkedTo === null ? [] : [{ app_id: 'oap_big', after_tenant: walkedTo }];
    const rows: ClaimedTaskRow[] = await claim(harness, { candidates: 10, tenants: 4, share: 10, walks })();
    for (const { tenant } of rows) seen.add(tenant);
    walkedTo = rows[0]?.walkedTo ?? null;
  }
  expect([...seen].sort()).toEqual(['huge', ...names]);
});

test('an application whose share is in use gets no more, and one that is paused gets none', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [
    ...Array.from({ length: 10 }, () => ({ app: 'oap_1' })),
    ...Array.from({ length: 10 }, () => ({ app: 'oap_2' })),
    { app: 'oap_3', pausedReason: 'paused' },
    { app: 'oap_3', dueInSeconds: 60 },
  ]);
  const rows = await claim(harness, {
    busy: [
      { app_id: 'oap_1', free: 0 },
      { app_id: 'oap_2', free: 3 },
    ],
  })();
  expect(rows.map(({ appId }) => appId)).toEqual(['oap_2', 'oap_2', 'oap_2']);
});

test('the due time is the lease: the work of a replica that dies comes back, and its late end is fenced', async () => {
  const harness = await createHarness();
  const [id] = await insertTasks(harness, [{}]);
  expect(await claim(harness, { lease_id: 'dead', lease_seconds: 1 })()).toHaveLength(1);
  const next = claim(harness, { lease_id: 'alive' });
  expect(await next()).toHaveLength(0);
  await until(async () => (await next()).length === 1, { timeoutMs: 5_000 });
  expect(await readTasks(harness, `id = '${id}'`)).toMatchObject([{ lease_id: 'alive' }]);
});

test('a run stores its next due time on the grid, and counts', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{ intervalSeconds: 3_600, phase: 0.25 }]);
  start(harness, async () => SUCCEEDED);
  const [task] = await until(async () => {
    const tasks = await readTasks(harness, 'done = 1');
    return tasks.length > 0 && tasks;
  });
  expect(task).toMatchObject({ last_outcome: 'succeeded', lease_id: null, failures: 0 });
  const [{ at } = { at: 0 }] = await harness.asOwner<{ at: number }>(
    'select extract(epoch from due_at)::float8 as at from connection_tasks',
  );
  expect(at % 3_600).toBeCloseTo(900);
});

test('P12: a run that is stuck is aborted, and the tasks of other applications run meanwhile', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [
    ...Array.from({ length: 4 }, () => ({ app: 'oap_stuck', name: 'stuck' })),
    ...Array.from({ length: 20 }, () => ({ app: 'oap_good' })),
  ]);
  const run = (task: { name: string }) =>
    task.name === 'stuck' ? new Promise<TaskResult>(() => {}) : Promise.resolve(SUCCEEDED);
  start(harness, run, { maxRunMs: 4_000, share: 4, slots: 5 });
  await until(async () => (await readTasks(harness, "app_id = 'oap_good' and done = 1")).length === 20);
  // Those that are stuck have their slots until they are aborted.
  const held = await readTasks(
    harness,
    "app_id = 'oap_stuck' and lease_id is not null and last_outcome is null",
  );
  expect(held).toHaveLength(4);
  const stuck = await until(async () => {
    const tasks = await readTasks(harness, "last_outcome = 'overran'");
    return tasks.length === 4 && tasks;
  });
  for (const task of stuck) {
    expect(task).toMatchObject({ failures: 1, lease_id: null });
    // The clocks of the process and of the database differ by a little.
    expect(task.due_in).toBeLessThanOrEqual(61);
  }
});

test('a run that takes longer than its lease keeps the task: the lease is renewed as long as the run goes on', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{}]);
  let runs = 0;
  let end = () => {};
  const run = () => {
    runs++;
    return new Promise<TaskResult>((resolve) => {
      end = () => resolve(SUCCEEDED);
    });
  };
  for (let replica = 0; replica < 2; replica++) start(harness, run, { leaseMs: 1_500 });
  const readLease = async () => {
    const [task] = await harness.asOwner<{ lease_id: string; due_at: Date }>(
      'select lease_id, due_at from connection_tasks where lease_id is not null',
    );
    return task;
  };
  const first = await until(readLease);
  // It has been renewed for longer than two leases.
  const later = await until(async () => {
    const lease = await readLease();
    return lease !== undefined && lease.due_at.getTime() - first.due_at.getTime() > 3_000 && lease;
  });
  expect(later.lease_id).toBe(first.lease_id);
  expect(runs).toBe(1);
  end();
  await until(async () => (await readTasks(harness, 'done = 1')).length === 1);
  expect(runs).toBe(1);
});

test('a run whose task another replica has ends at once, and nothing of it is stored', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{}]);
  let ended: unknown;
  start(
    harness,
    (task, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          try {
            task.assertHeld();
          } catch (error) {
            ended = error;
          }
          reject(signal.reason);
        });
      }),
    { leaseMs: 1_500 },
  );
  await until(async () => (await readTasks(harness, 'lease_id is not null')).length === 1);
  await harness.asOwner(
    "update connection_tasks set lease_id = 'another', due_at = hookline_now() + interval '1 hour'",
  );
  await until(() => ended !== undefined);
  expect(ended).toMatchObject({ message: expect.stringContaining('another replica has the task') });
  expect(await readTasks(harness)).toMatchObject([{ lease_id: 'another', last_outcome: null, failures: 0 }]);
});

test('a connection that rests gets tasks that rest, and one that is deleted gets none', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  for (const [id, status, isDeleted] of [
    ['con_works', 'connected', false],
    ['con_paused', 'paused', false],
    ['con_ended', 'needs_reauth', false],
    ['con_deleted', 'connected', true],
  ] as const) {
    await harness.asOwner(
      `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, deleted_at, consent_at)
       values ($1, 'acme', 'github', 'oap_1', $1, '{}', $2, case when $3 then hookline_now() end, hookline_now())`,
      [id, status, isDeleted],
    );
    await database.withSystem((transaction) =>
      ensureTasks(transaction, { id, tenant: 'acme', appId: 'oap_1' }, [
        { kind: 'poll', name: 'events', intervalSeconds: 3_600 },
      ]),
    );
  }
  const tasks = await harness.asOwner(
    'select connection_id, paused_reason from connection_tasks order by connection_id',
  );
  expect(tasks).toEqual([
    { connection_id: 'con_ended', paused_reason: 'connection' },
    { connection_id: 'con_paused', paused_reason: 'connection' },
    { connection_id: 'con_works', paused_reason: null },
  ]);
});

test('a position is stored only by the run that read the one before it', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{}]);
  let first: { save: () => Promise<void> } | undefined;
  start(harness, async (task) => {
    if (first === undefined) {
      first = { save: () => task.saveCursor({ by: 'first' }) };
      return { outcome: 'succeeded', ended: 'succeeded', next: { at: 'soon', afterSeconds: 0 } };
    }
    await task.saveCursor({ by: 'second', page: 1 });
    await task.saveCursor({ by: 'second', page: 2 });
    return SUCCEEDED;
  });
  await until(async () => (await readTasks(harness, 'done = 2')).length === 1);
  await expect(first?.save()).rejects.toMatchObject({ code: 'task_fenced' });
  expect(await readTasks(harness)).toMatchObject([{ cursor: { by: 'second', page: 2 }, version: '2' }]);
});

test('a replica that shuts down gives its tasks back at once', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{}]);
  const { stop } = start(
    harness,
    (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  await until(async () => (await readTasks(harness, 'lease_id is not null')).length === 1);
  await stop();
  const [task] = await readTasks(harness);
  expect(task).toMatchObject({ lease_id: null, failures: 0, last_outcome: null });
  expect(task?.due_in).toBeLessThanOrEqual(0);
});

test('a run that fails is tried again soon, later each time, and at most at its next due time', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{ intervalSeconds: 86_400 }]);
  start(harness, async () => {
    throw new Error('no answer');
  });
  const failed = (failures: number) =>
    until(async () => {
      const [task] = await readTasks(harness, `failures = ${failures}`);
      return task;
    });
  const once = await failed(1);
  expect(once).toMatchObject({ last_error: 'no answer', last_outcome: 'failed' });
  expect(once.due_in).toBeGreaterThan(50);
  expect(once.due_in).toBeLessThan(61);
  await harness.asOwner('update connection_tasks set due_at = hookline_now()');
  expect((await failed(2)).due_in).toBeGreaterThan(100);
});

test('after downtime missed runs become one: at the next due time, or soon where something may be lost', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [
    ...Array.from({ length: 50 }, () => ({ dueInSeconds: -40_000, name: 'plain' })),
    { dueInSeconds: -40_000, losesAfterSeconds: 1, phase: 0.1, name: 'lossy' },
    { dueInSeconds: -100, name: 'a little late' },
  ]);
  const ran: string[] = [];
  start(harness, async ({ name }) => {
    ran.push(name);
    return SUCCEEDED;
  });
  await until(() => ran.length > 0);
  expect(ran).toEqual(['a little late']);
  for (const { due_in } of await readTasks(harness, "name = 'plain'")) {
    expect(due_in).toBeGreaterThan(0);
    expect(due_in).toBeLessThanOrEqual(3_600);
  }
  const [lossy] = await readTasks(harness, "name = 'lossy'");
  expect(lossy?.due_in).toBeLessThanOrEqual(180);
  expect(lossy).toMatchObject({ last_outcome: 'collapsed' });
});

test('P5: pausing, resuming and another interval keep the position', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  const connection = { id: 'con_1', tenant: 'acme', appId: 'oap_1' };
  const wanted = (intervalSeconds: number) =>
    database.withTenant('acme', (transaction) =>
      ensureTasks(transaction, connection, [{ kind: 'poll', name: 'events', intervalSeconds }]),
    );
  await wanted(86_400);
  await harness.asOwner(
    `update connection_tasks set cursor = '{"at":"7"}', version = 3, due_at = hookline_now() + interval '1 day'`,
  );
  await wanted(3_600);
  const [changed] = await readTasks(harness);
  expect(changed).toMatchObject({ cursor: { at: '7' }, version: '3', interval_seconds: 3_600 });
  expect(changed?.due_in).toBeLessThanOrEqual(3_600);

  await database.withTenant('acme', (transaction) => pauseTasks(transaction, 'con_1', 'paused'));
  expect(await dueNow(database, 'con_1', 'poll')).toBe(0);
  await wanted(1_800);
  expect(await readTasks(harness)).toMatchObject([{ paused_reason: 'paused', cursor: { at: '7' } }]);
  await database.withTenant('acme', (transaction) => resumeTasks(transaction, 'con_1', 'other'));
  expect(await readTasks(harness)).toMatchObject([{ paused_reason: 'paused' }]);
  await database.withTenant('acme', (transaction) => resumeTasks(transaction, 'con_1', 'paused'));
  const [resumed] = await readTasks(harness);
  expect(resumed).toMatchObject({ paused_reason: null, cursor: { at: '7' }, version: '3' });
  expect(resumed?.due_in).toBeLessThanOrEqual(300);
});

test('a run that is asked for while the task runs follows it', async () => {
  const harness = await createHarness();
  const database = harness.openDatabase();
  await insertTasks(harness, [{ connection: 'con_1' }]);
  const onDemand: boolean[] = [];
  start(harness, async (task) => {
    onDemand.push(task.onDemand);
    if (onDemand.length === 1) expect(await dueNow(database, 'con_1', 'poll')).toBe(1);
    return SUCCEEDED;
  });
  await until(() => onDemand.length === 2);
  expect(onDemand).toEqual([false, true]);
  await until(async () => (await readTasks(harness, 'done = 2 and due_at > hookline_now()')).length === 1);
  expect(onDemand).toHaveLength(2);
});

test('a poll that someone waits for runs although it is very late', async () => {
  const harness = await createHarness();
  await insertTasks(harness, [{ connection: 'con_1', dueInSeconds: -40_000 }]);
  await harness.asOwner('update connection_tasks set on_demand = true');
  let ran = false;
  start(harness, async () => {
    ran = true;
    return SUCCEEDED;
  });
  await until(() => ran);
});
