import { once } from 'node:events';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { internalHeaders } from '@hookline/service';
import { until } from '@hookline/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { TOKEN } from '../support/scheduler-options.ts';
import { type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';
import { startSchedulerProcess } from '../support/start-scheduler-process.ts';

/** A tenant imports a refresh token that is valid once, by a replica that a test kills. */
async function createScene() {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const { refreshToken } = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const body = { provider: 'github', refreshToken };
  const { child, url } = await startSchedulerProcess(scene);
  return {
    scene,
    importOnce: () => scene.call('POST', '/api/connections', { body }),
    /** Begins the import in the other process, whose answer never comes. */
    beginThere() {
      void fetch(`${url}/api/connections`, {
        method: 'POST',
        headers: {
          ...internalHeaders(TOKEN, { role: 'tenant', tenant: 'acme', keyId: 'key_tenant' }),
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      }).catch(() => undefined);
    },
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const exchanges = ({ emulators }: SchedulerScene) => emulators.calls({ grantType: 'refresh_token' }).length;

/** No tokens of an import can be stored meanwhile. */
async function holdKeptImports(scene: SchedulerScene): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: scene.ownerUrl });
  holder.on('error', () => {});
  await holder.connect();
  onTestFinished(() => holder.end().catch(() => {}));
  await holder.query('begin');
  await holder.query('lock table grant_revocations in share mode');
  return async () => {
    await holder.query('rollback');
  };
}

test('kill -9 after the tokens of an import were kept loses nothing: the same import goes on without another exchange', async () => {
  const { scene, importOnce, beginThere, kill } = await createScene();
  scene.emulators.injectFault({ kind: 'hang', exactPath: 'api.github.com/user' });
  beginThere();
  await until(() => scene.emulators.calls({ path: 'api.github.com/user' }).length === 1);
  await kill();
  const made = await importOnce();
  expect(made.status).toBe(201);
  expect(exchanges(scene)).toBe(1);
  const { token } = (await scene.call('GET', `/api/connections/${made.json.data.id}/token`)).json.data;
  expect(scene.emulators.github.inspectToken({ token })).toMatchObject({ alive: true });
  expect(await scene.asOwner('select from grant_revocations')).toEqual([]);
}, 60_000);

test('kill -9 between the answer of the provider and its store loses the tokens, and the same import says so', async () => {
  const { scene, importOnce, beginThere, kill } = await createScene();
  const release = await holdKeptImports(scene);
  beginThere();
  await until(() => scene.emulators.exchanges().some(({ successes }) => successes === 1));
  await kill();
  await release();
  const [row] = await scene.asOwner<{ is_attempted: boolean; seconds: number }>(
    `select is_attempted, extract(epoch from lease_until - hookline_now())::float8 as seconds
     from connection_imports`,
  );
  expect(row?.is_attempted).toBe(true);
  expect(row?.seconds).toBeLessThanOrEqual(30);
  // The turn of the dead replica ends by itself; the test does not wait for it.
  await scene.asOwner('update connection_imports set lease_until = hookline_now()');
  const refused = await importOnce();
  expect([refused.status, refused.json.code, refused.json.details]).toEqual([
    422,
    'grant_refused',
    { reason: 'import_interrupted' },
  ]);
  expect(await scene.asOwner('select from connections')).toEqual([]);
}, 60_000);

test('kill -9 before the provider has exchanged the refresh token loses nothing', async () => {
  const { scene, importOnce, beginThere, kill } = await createScene();
  scene.emulators.injectFault({ kind: 'hang', grantType: 'refresh_token' });
  beginThere();
  await until(() => exchanges(scene) === 1);
  await kill();
  // A request waits for the turn of the dead replica.
  const waiting = importOnce();
  await scene.asOwner('update connection_imports set lease_until = hookline_now()');
  expect((await waiting).status).toBe(201);
}, 60_000);
