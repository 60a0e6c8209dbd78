import { expect, test } from 'vitest';
import { chargeOf, type QuotaAnswer, shareOf } from '../src/provider-api/charge-of.ts';
import { createQuotaBook, QuotaExhaustedError } from '../src/provider-api/quota-book.ts';
import type { QuotaGroup } from '../src/provider-api/quota-groups-of.ts';
import { type ClaimedTaskRow, claimTasks } from '../src/sql/claim-tasks.ts';
import { finishTask } from '../src/sql/finish-task.ts';
import { catchUpAt } from '../src/tasks/catch-up.ts';
import { phaseOf } from '../src/tasks/grid.ts';
import { nextDueMs, retrySeconds } from '../src/tasks/next-due.ts';
import { spreadLateTasks } from '../src/tasks/spread-late-tasks.ts';
import type { NextRun } from '../src/tasks/task.ts';
import { createHarness, type Harness } from './harness.ts';
import { QuotaModel } from './simulation/quota-model.ts';
import { createRandom } from './simulation/random.ts';
import { type ModelTask, TaskModel } from './simulation/task-model.ts';

// The simulated week runs on a model of the statements about tasks and quotas. Here both run side by side.

const START_MS = Date.parse('2026-10-31T12:00:00Z');

/** Opens a database whose clock shows a moment. It goes on by itself, by milliseconds until the next step. */
async function createSteppedClock(harness: Harness) {
  const database = harness.openDatabase();
  return {
    database,
    async setTime(timeMs: number): Promise<void> {
      const [row] = await harness.asOwner<{ name: string }>('select current_database() as name');
      const offsetMs = timeMs - Date.now();
      await harness.asOwner(
        `create or replace function hookline_now() returns timestamptz language sql stable parallel safe
         return clock_timestamp() + interval '${offsetMs} milliseconds'`,
      );
      expect(row?.name).toBeDefined();
    },
  };
}

test('200 connections in six hours: the statements claim, end and spread the tasks that the model does', async () => {
  const harness = await createHarness();
  const { database, setTime } = await createSteppedClock(harness);
  const random = createRandom(7);
  const model = new TaskModel<ModelTask>();
  await setTime(START_MS);
  const tasks = Array.from({ length: 200 }, (_, index): ModelTask => {
    const id = `tsk_${String(index).padStart(4, '0')}`;
    return {
      id,
      appId: `oap_${index % 4}`,
      tenant: `tenant${Math.floor(12 ** random())}`,
      kind: index % 10 === 0 ? 'watch' : 'poll',
      intervalSeconds: [1_800, 3_600, 7_200][index % 3] ?? 0,
      phase: phaseOf(id),
      losesAfterSeconds: index % 5 === 0 ? 5_400 : null,
      createdMs: START_MS,
      stretch: index % 7 === 0 ? 1.5 : 1,
      // No two are due in the same millisecond: their order would be left to chance.
      dueMs: START_MS + index,
      onDemand: false,
      leaseId: null,
      isPaused: false,
      lastFinishedMs: null,
      lastSucceededMs: null,
      failures: 0,
    };
  });
  await harness.asOwner(
    `insert into connection_tasks (id, connection_id, tenant_id, app_id, kind, name, interval_seconds, phase, stretch,
       due_at, loses_after_seconds, created_at)
     select t.id, t.id, t.tenant, t."appId", t.kind, 'test', t."intervalSeconds", t.phase, t.stretch,
       to_timestamp(t."dueMs" / 1000.0), t."losesAfterSeconds", to_timestamp(t."createdMs" / 1000.0)
     from jsonb_to_recordset($1) as t(id text, tenant text, "appId" text, kind text, "intervalSeconds" integer,
       phase float8, stretch float8, "dueMs" float8, "losesAfterSeconds" integer, "createdMs" float8)`,
    [JSON.stringify(tasks)],
  );
  for (const task of tasks) model.put(task);
  const journal: string[] = [];
  const journalOfModel: string[] = [];
  for (let minute = 1; minute <= 360; minute++) {
    const nowMs = START_MS + minute * 60_000;
    // Both replicas are down for two hours.
    if (minute >= 120 && minute < 240) continue;
    await setTime(nowMs);
    const options = { lateSeconds: 300, limit: 1_000 };
    await spreadLateTasks(database, options.lateSeconds);
    const moved = model.spread(catchUpAt, options, nowMs);
    const stored = await harness.asOwner<{ id: string; due: number }>(
      `select id, (extract(epoch from due_at) * 1000)::float8 as due from connection_tasks
       where last_outcome = 'collapsed' and id = any ($1)`,
      [moved.map(({ id }) => id)],
    );
    expect(stored.length).toBe(moved.length);
    for (const task of moved) {
      const due = stored.find(({ id }) => id === task.id)?.due ?? 0;
      expect(Math.abs(due - task.dueMs)).toBeLessThan(2_000);
      task.dueMs = apart(task.dueMs, tasks.indexOf(task));
      model.put(task);
      await harness.asOwner('update connection_tasks set due_at = to_timestamp($2 / 1000.0) where id = $1', [
        task.id,
        task.dueMs,
      ]);
    }
    for (const replica of ['a', 'b']) {
      const claim = { share: 8, slots: 1_000, leaseId: `${replica}${minute}`, leaseSeconds: 290 };
      const claimed = model.claim({ ...claim, busy: new Map(), lateSeconds: 300, candidates: 5_000 }, nowMs);
      const { rows } = await claimTasks.run<ClaimedTaskRow>(database, {
        busy: [],
        share: claim.share,
        slots: claim.slots,
        lease_id: claim.leaseId,
        lease_seconds: claim.leaseSeconds,
        late_seconds: 300,
        candidates: 5_000,
        tenants: 500,
        walks: [],
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      journalOfModel.push(`${minute}${replica} ${claimed.map(({ id }) => id).sort()}`);
      journal.push(`${minute}${replica} ${[...byId.keys()].sort()}`);
      expect(journal.at(-1)).toBe(journalOfModel.at(-1));
      for (const task of claimed) {
        const { ended, next } = drawEnd(random, task.failures);
        // A replica that dies ends no run.
        if (random() < 0.03) continue;
        const lastRunMs = ended === 'succeeded' ? nowMs : (task.lastSucceededMs ?? task.createdMs);
        const dueMs = apart(nextDueMs({ ...task, lastRunMs }, next, nowMs), tasks.indexOf(task));
        model.finish(task, claim.leaseId, ended, dueMs, nowMs);
        await finishTask.run(database, {
          id: task.id,
          lease_id: claim.leaseId,
          due_at: new Date(dueMs).toISOString(),
          outcome: ended,
          error: undefined,
          succeeded: ended === 'succeeded',
          excused: ended === 'excused',
          paused_reason: undefined,
        });
      }
    }
  }
  expect(journal.filter((line) => line.includes('tsk_')).length).toBeGreaterThan(200);
});

/** In the middle of a minute, and no two alike: the clock of the database goes on while the model's stands. */
function apart(dueMs: number, index: number): number {
  return Math.floor(dueMs / 60_000) * 60_000 + 30_000 + index;
}

function drawEnd(
  random: () => number,
  failures: number,
): { ended: 'succeeded' | 'failed' | 'excused'; next: NextRun } {
  const draw = random();
  if (draw < 0.7) return { ended: 'succeeded', next: { at: 'grid' } };
  if (draw < 0.8) return { ended: 'failed', next: { at: 'soon', afterSeconds: retrySeconds(failures) } };
  if (draw < 0.9) return { ended: 'excused', next: { at: 'soon', afterSeconds: 60, spread: true } };
  return { ended: 'excused', next: { at: 'catch-up' } };
}

test('quotas over a day of 25 hours: the statements reserve, refuse and learn what the model does', async () => {
  const harness = await createHarness();
  const { database, setTime } = await createSteppedClock(harness);
  const random = createRandom(11);
  const book = createQuotaBook(database);
  const model = new QuotaModel();
  const groups: QuotaGroup[] = [
    groupOf('test/day', 120, null, 'America/Los_Angeles'),
    groupOf('test/window', 20, 1_800, null),
    groupOf('test/unknown', null, 3_600, null),
  ];
  for (let step = 1; step <= 600; step++) {
    const nowMs = START_MS + step * 311_000;
    await setTime(nowMs);
    const [first = groups[0], second] = [groups[step % 3], groups[(step + 1) % 3]];
    const wanted = [first, ...(step % 5 === 0 ? [second] : [])].filter((group) => group !== undefined);
    const onDemand = random() < 0.2;
    const inModel = wanted.map((group) => ({
      group: model.ensure(group, nowMs),
      cost: group.cost,
      share: shareOf(group, onDemand),
    }));
    const refusal = model.reserve(inModel, nowMs);
    const windows = inModel.map(({ group }) => group.windowEndsMs);
    const reserved = await book.reserve(wanted, onDemand).catch((error: unknown) => {
      if (error instanceof QuotaExhaustedError) return error;
      throw error;
    });
    if (reserved instanceof QuotaExhaustedError) {
      expect(refusal, `step ${step}`).toBeDefined();
      continue;
    }
    expect(refusal, `step ${step}`).toBeUndefined();
    const answer = drawAnswer(random);
    await book.settle(reserved, answer);
    for (const [index, { group }] of inModel.entries()) {
      const quota = wanted[index];
      if (quota === undefined) continue;
      model.settle(group, windows[index] ?? 0, quota.cost, chargeOf(quota, answer), nowMs);
    }
    const rows = await harness.asOwner<{
      key: string;
      used: number;
      reserved: number;
      capacity: number | null;
    }>('select key, used, reserved, capacity from quota_groups order by key');
    expect(rows, `step ${step}`).toEqual(
      [...model.groups.values()]
        .map(({ key, used, reserved, capacity }) => ({ key, used, reserved, capacity }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }
});

function groupOf(
  key: string,
  capacity: number | null,
  windowSeconds: number | null,
  zone: string | null,
): QuotaGroup {
  const window = zone === null ? { seconds: windowSeconds ?? 0 } : { dayIn: zone };
  return {
    key,
    capacity,
    windowSeconds,
    zone,
    cost: 1,
    specification: { id: key, countedBy: 'application', window },
  };
}

function drawAnswer(random: () => number): QuotaAnswer | undefined {
  const draw = random();
  if (draw < 0.05) return undefined;
  if (draw < 0.9) return { status: 200, headers: {}, judged: { verdict: 'ok' } };
  return { status: 429, headers: {}, judged: { verdict: 'rate-limited', retryAfterSeconds: 400 } };
}
