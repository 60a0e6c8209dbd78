import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { findProgram, until } from '@hookline/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { readTasks } from './connection-rows.ts';
import type { ProcessOptions } from './support/poll-process.ts';
import { createPollScene, keysOf, type PollScene } from './support/poll-scene.ts';
import { KEYS } from './support/token-scene.ts';

const TASK = "name = 'recently-played'";

/** A connection whose baseline is made, and three plays since. */
async function createScene(): Promise<PollScene> {
  const scene = await createPollScene();
  await scene.addApp({ provider: 'spotify', clientId: EMULATED_CLIENTS.spotify });
  const { accessToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: ['user-read-recently-played'],
  });
  await scene.connect({
    id: 'con_1',
    provider: 'spotify',
    accountId: 'listener-ada',
    access: accessToken,
  });
  const replica = await scene.startReplica();
  await scene.ended(TASK, 'nothing_new');
  await replica.stop();
  scene.emulators.spotify.addPlays({
    account: 'listener-ada',
    plays: ['one', 'two', 'three'].map((trackId) => ({ trackId })),
  });
  return scene;
}

/** The next answer takes a second. */
const slowDown = (scene: PollScene) =>
  scene.emulators.injectFault({
    kind: 'slow-body',
    provider: 'spotify',
    path: 'recently-played',
    delayMs: 1_000,
  });

const requests = (scene: PollScene) => scene.emulators.calls({ path: 'recently-played' }).length;

async function startProcess(scene: PollScene, leaseMs?: number): Promise<ChildProcess> {
  const child = fork(findProgram('poll-process'), {
    execArgv: ['--conditions=@hookline/source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [key = ''] = KEYS;
  const options: ProcessOptions = {
    databaseUrl: scene.serviceUrl,
    natsUrl: scene.nats.url,
    key,
    leaseMs,
  };
  child.send(options);
  await once(child, 'message');
  return child;
}

/** Holds the row of the task, so that no run can store its position. */
async function holdPosition(scene: PollScene): Promise<{ release(): Promise<void> }> {
  const [row] = await scene.asOwner<{ name: string }>('select current_database() as name');
  const url = new URL(scene.serviceUrl);
  url.pathname = `/${row?.name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('begin; set local role hookline_system');
  await client.query(`select from connection_tasks where ${TASK} for update`);
  return { release: async () => void (await client.query('rollback')) };
}

const makeDue = (scene: PollScene) =>
  scene.asOwner(`update connection_tasks set due_at = hookline_now(), last_outcome = null where ${TASK}`);

test('P9: a replica that is killed between publishing and storing its position repeats no event', async () => {
  const scene = await createScene();
  slowDown(scene);
  const child = await startProcess(scene, 6_000);
  await makeDue(scene);
  await until(async () => (await readTasks(scene, `${TASK} and lease_id is not null`)).length === 1);
  // The row is free between the claim and the end of the run.
  const held = await holdPosition(scene);
  await until(async () => (await scene.events()).length === 3);
  const [before] = await readTasks(scene, TASK);
  child.kill('SIGKILL');
  await once(child, 'exit');
  // The statement that waits for the row would be executed without its client.
  await scene.asOwner(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'poll-process'",
  );
  await held.release();
  expect(await readTasks(scene, TASK)).toMatchObject([{ version: before?.version }]);

  await scene.startReplica();
  const [after] = await until(async () => {
    const tasks = await readTasks(scene, `${TASK} and last_outcome is not null`);
    return tasks.length > 0 && tasks;
  });
  // The other replica saw the same plays again, and the stream knew their keys.
  expect(after).toMatchObject({ last_outcome: 'nothing_new' });
  expect(Number(after?.version)).toBe(Number(before?.version) + 1);
  expect(keysOf(await scene.events())).toHaveLength(3);
});

test('the poll of a replica that is killed during its run is due again within 30 seconds', async () => {
  const scene = await createScene();
  slowDown(scene);
  const child = await startProcess(scene);
  await makeDue(scene);
  await until(async () => (await readTasks(scene, `${TASK} and lease_id is not null`)).length === 1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [left] = await readTasks(scene, TASK);
  expect(left).toMatchObject({ last_outcome: null });
  expect(left?.due_in).toBeLessThanOrEqual(30);
  // As when those seconds have passed.
  await scene.asOwner(`update connection_tasks set due_at = hookline_now() where ${TASK}`);
  await scene.startReplica();
  await scene.ended(TASK, 'new');
  expect(keysOf(await scene.events())).toHaveLength(3);
});

test('P8: a replica that is stopped for longer than its lease and then goes on publishes nothing and stores nothing', async () => {
  const scene = await createScene();
  slowDown(scene);
  const child = await startProcess(scene, 4_500);
  const before = requests(scene);
  await makeDue(scene);
  await until(async () => (await readTasks(scene, `${TASK} and lease_id is not null`)).length === 1);
  // The answer has begun, and its rest comes while the process is stopped.
  await until(() => requests(scene) === before + 1);
  child.kill('SIGSTOP');
  const [stopped] = await readTasks(scene, TASK);
  expect(stopped?.lease_id).not.toBeNull();

  // The lease runs out, and another replica does the work.
  await scene.startReplica();
  const ended = await scene.ended(TASK, 'new');
  expect(keysOf(await scene.events())).toHaveLength(3);
  scene.emulators.spotify.addPlays({ account: 'listener-ada', plays: [{ trackId: 'four' }] });

  child.kill('SIGCONT');
  // Its own view of the run ends: it takes no part in the stored state.
  await sleep(1_500);
  expect(await readTasks(scene, TASK)).toMatchObject([
    { version: ended.version, cursor: ended.cursor, last_outcome: 'new', failures: 0 },
  ]);
  expect(keysOf(await scene.events())).toHaveLength(3);

  await makeDue(scene);
  await scene.ended(TASK, 'new');
  expect(keysOf(await scene.events())).toHaveLength(4);
});
