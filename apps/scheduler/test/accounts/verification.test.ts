import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { readTasks } from '../connection-rows.ts';
import { EMULATED_APPS, factsOf, type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/';

async function connect(scene: SchedulerScene, provider: keyof typeof EMULATED_APPS): Promise<string> {
  return factsOf(await scene.connect(provider, { returnUrl: RETURN }))['connection'] ?? '';
}

/** Makes the verification due, and resolves when it has run. @returns its outcome */
async function verify(scene: SchedulerScene, connection: string): Promise<string> {
  const where = `connection_id = '${connection}' and kind = 'verify'`;
  await scene.asOwner(
    `update connection_tasks set last_outcome = null, due_at = hookline_now() where ${where} and paused_reason is null`,
  );
  return await until(async () => (await readTasks(scene, where))[0]?.last_outcome ?? undefined);
}

async function read(scene: SchedulerScene, connection: string) {
  const { json } = await scene.call('GET', `/api/connections/${connection}`);
  const { status, reason, message, verifiedAt } = json.data;
  return { status, reason, message, verifiedAt: Date.parse(verifiedAt) };
}

const ageBy = (scene: SchedulerScene, interval: string) =>
  scene.asOwner('update connections set verified_at = verified_at - $1::interval', [interval]);

test('each platform is asked once a day whose account a connection is, and the same account moves verifiedAt', async () => {
  const scene = await startScheduler();
  for (const provider of Object.keys(EMULATED_APPS) as (keyof typeof EMULATED_APPS)[]) {
    await scene.addApp(provider, EMULATED_APPS[provider]);
    const id = await connect(scene, provider);
    const [task] = await readTasks(scene, `connection_id = '${id}' and kind = 'verify'`);
    // The grant was verified just now.
    expect(task).toMatchObject({ interval_seconds: 86_400, last_outcome: null });
    expect(task?.due_in).toBeGreaterThan(-1);
    expect(task?.due_in).toBeLessThan(86_401);
    await ageBy(scene, '1 day');
    const before = await read(scene, id);
    expect([provider, await verify(scene, id)]).toEqual([provider, 'verified']);
    const after = await read(scene, id);
    expect(after.verifiedAt - before.verifiedAt).toBeGreaterThan(86_000_000);
    expect(after.status).toBe('connected');
  }
}, 60_000);

test('a token that the verification finds refused is refreshed once, and without a refresh token a person must connect again', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  await scene.addApp('github', EMULATED_APPS.github);
  const [withRefresh, without] = [await connect(scene, 'spotify'), await connect(scene, 'github')];
  const refusal = { kind: 'status', status: 401, body: { message: 'Bad credentials' } } as const;
  scene.emulators.injectFault({ ...refusal, path: 'api.spotify.com/v1/me' });
  scene.emulators.injectFault({ ...refusal, exactPath: 'api.github.com/user' });

  expect(await verify(scene, withRefresh)).toBe('unauthorized');
  await until(async () => {
    const [row] = await scene.asOwner<{ generation: number }>(
      'select generation from connection_tokens where connection_id = $1',
      [withRefresh],
    );
    return row?.generation === 2;
  });
  expect(await verify(scene, withRefresh)).toBe('verified');
  expect(await read(scene, withRefresh)).toMatchObject({ status: 'connected', reason: null });

  expect(await verify(scene, without)).toBe('unauthorized');
  expect(await read(scene, without)).toMatchObject({ status: 'needs_reauth', reason: 'token_refused' });
}, 60_000);

test('a token that has become that of another account ends the connection with account_changed, and says what to do', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'github');
  scene.emulators.injectFault({
    kind: 'status',
    status: 200,
    body: { id: 4_242, login: 'somebody-else' },
    exactPath: 'api.github.com/user',
  });
  expect(await verify(scene, id)).toBe('account_changed');
  expect(await read(scene, id)).toMatchObject({
    status: 'needs_reauth',
    reason: 'account_changed',
    message: 'The token is now that of another account. Connect the account again',
  });
  const journey = (await scene.call('GET', `/api/connections/${id}/journey`)).json.data;
  expect(journey).toContainEqual(
    expect.objectContaining({ kind: 'error', text: 'The token is now that of the account somebody-else' }),
  );
}, 60_000);

test('429, 5xx, lost connections and unreadable answers of a verification change nothing and are tried again', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'github');
  const before = await read(scene, id);
  const faults = [
    [{ kind: 'rate-limited', retryAfterSeconds: 90 }, 'rate_limited'],
    [{ kind: 'status', status: 502, body: 'away' }, 'failed'],
    [{ kind: 'answer-lost' }, 'failed'],
    [{ kind: 'not-json' }, 'unreadable_answer'],
    [{ kind: 'status', status: 200, body: { login: 'octo-ada' } }, 'unreadable_answer'],
  ] as const;
  for (const [fault, outcome] of faults) {
    // A limit of the quota would postpone the next run.
    await scene.asOwner('delete from quota_groups');
    scene.emulators.injectFault({ ...fault, exactPath: 'api.github.com/user' });
    expect([fault.kind, await verify(scene, id)]).toEqual([fault.kind, outcome]);
    const [task] = await readTasks(scene, `connection_id = '${id}' and kind = 'verify'`);
    expect(task?.due_in).toBeLessThan(3_700);
    expect(await read(scene, id)).toEqual(before);
  }
}, 60_000);
