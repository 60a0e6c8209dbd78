import { once } from 'node:events';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createTokenSeals } from '../../src/tokens/token-seals.ts';
import { startSchedulerProcess } from '../support/start-scheduler-process.ts';
import { box, createTokenScene, issueTokens, type TokenScene } from '../support/token-scene.ts';

/** Holds the row of a connection, so that the result of an exchange cannot be stored. */
async function holdConnection(scene: TokenScene, id: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: scene.ownerUrl });
  holder.on('error', () => {});
  await holder.connect();
  onTestFinished(() => holder.end().catch(() => {}));
  await holder.query('begin');
  await holder.query('select from connections where id = $1 for update', [id]);
  return async () => {
    await holder.query('rollback');
  };
}

const answered = (scene: TokenScene) => scene.emulators.exchanges().some(({ successes }) => successes === 1);

test('kill -9 between the answer of a rotating provider and its commit: the loss is found within one lease and told as refresh_interrupted', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: -1 });
  const release = await holdConnection(scene, 'con_1');
  const { child } = await startSchedulerProcess(scene);
  await until(() => answered(scene));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await release();
  expect(await scene.tokenOf('con_1')).toMatchObject({ generation: 1, attempted_generation: 1 });

  // The lease ends by itself; the test does not wait for it.
  await scene.asOwner(
    'update connection_tokens set lease_until = hookline_now(), refresh_due_at = hookline_now()',
  );
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.statusOf('con_1')).status === 'needs_reauth');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'refresh_interrupted' });
  await until(() => replica.events.length === 1);
  expect(replica.events).toMatchObject([
    { type: 'connection.needs_reauth', payload: { reason: 'refresh_interrupted' } },
  ]);
});

test('kill -9 during an exchange with a provider that does not rotate loses nothing', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    rotation: { kind: 'none' },
  });
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: -1 });
  const release = await holdConnection(scene, 'con_1');
  const { child } = await startSchedulerProcess(scene);
  await until(() => answered(scene));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await release();
  await scene.asOwner(
    'update connection_tokens set lease_until = hookline_now(), refresh_due_at = hookline_now()',
  );
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
  expect(await scene.statusOf('con_1')).toEqual({ status: 'connected', reason: null });
});

test('SIGTERM waits for the exchange under way, and its rotated tokens are stored', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: -1 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 2_000 });
  const { child } = await startSchedulerProcess(scene);
  await until(() => answered(scene));
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  const stored = await scene.tokenOf('con_1');
  expect(stored.generation).toBe(2);
  expect(scene.emulators.github.inspectToken({ token: stored.refresh ?? '' })).toMatchObject({ alive: true });
});

test('tokens that were refreshed while Postgres broke off are stored without a second exchange', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, dueIn: -1 });
  const release = await holdConnection(scene, 'con_1');
  const replica = await scene.openReplica();
  const { stop } = replica.start();
  await until(() => answered(scene));
  // Its connections break several times while it wants to store the result.
  for (let count = 0; count < 3; count++) {
    await until(async () => (await scene.endConnections()) > 0);
  }
  await until(async () => (await scene.kept.list(10)).length === 1);
  const [kept] = await scene.kept.list(10);
  const text = Buffer.from(kept?.value ?? []).toString();
  expect(text).not.toContain('emulated-refresh');
  expect(text).not.toContain('emulated-access');
  await release();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
  await until(async () => (await scene.kept.list(10)).length === 0);
  expect(scene.emulators.exchanges().map(({ attempts }) => attempts)).toEqual([1]);
  await stop();
});

test('a result that a dead replica left in NATS is stored by another one, instead of a second exchange', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, dueIn: 600 });
  const dead = await scene.openReplica();
  const fresh = await dead.endpoint.refresh(await scene.exchangeOf('con_1'));
  const [credential] = fresh.credentials;
  const sealed = dead.seals.seal('con_1', 'access', {
    access: credential?.accessToken ?? '',
    refresh: credential?.refreshToken,
  });
  await scene.kept.put(
    'con_1.access',
    Buffer.from(
      JSON.stringify({
        connectionId: 'con_1',
        kind: 'access',
        generation: 1,
        accessSealed: sealed.access,
        refreshSealed: sealed.refresh,
        tokenType: 'bearer',
        scopes: null,
        lifeSeconds: 28_800,
        refreshLifeSeconds: null,
        answeredAtMs: Date.now(),
      }),
    ),
  );
  await scene.asOwner(
    'update connection_tokens set attempted_generation = 1, refresh_due_at = hookline_now()',
  );
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
  const stored = await scene.tokenOf('con_1');
  expect(scene.emulators.github.inspectToken({ token: stored.access })).toMatchObject({ alive: true });
  expect(scene.emulators.exchanges().map(({ attempts }) => attempts)).toEqual([1]);
  await until(async () => (await scene.kept.list(10)).length === 0);
});

test('tokens that a dead replica left in NATS are revoked if their connection was disconnected meanwhile', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 600 });
  const dead = await scene.openReplica();
  const [fresh] = (await dead.endpoint.refresh(await scene.exchangeOf('con_1'))).credentials;
  const access = fresh?.accessToken ?? '';
  const sealed = dead.seals.seal('con_1', 'access', { access, refresh: fresh?.refreshToken });
  const left = {
    connectionId: 'con_1',
    kind: 'access',
    generation: 1,
    accessSealed: sealed.access,
    refreshSealed: sealed.refresh,
    tokenType: 'bearer',
    scopes: null,
    lifeSeconds: 28_800,
    refreshLifeSeconds: null,
    answeredAtMs: Date.now(),
  };
  await scene.kept.put('con_1.access', Buffer.from(JSON.stringify(left)));
  await scene.asOwner('update connections set deleted_at = hookline_now()');
  await scene.asOwner('delete from connection_tokens');
  await startSchedulerProcess(scene);
  await until(() => {
    const found = scene.emulators.github.inspectToken({ token: access });
    return found.known && found.reason === 'revoked';
  });
  await until(async () => (await scene.asOwner('select from grant_revocations')).length === 0);
  expect((await scene.journalOf('con_1')).map(({ outcome }) => outcome)).toEqual(['grant_revoked']);
  await until(async () => (await scene.kept.list(10)).length === 0);
});

test('kill -9 while the provider is asked to revoke a grant: another replica revokes it when the lease ends', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  const issued = issueTokens(scene.emulators);
  const sealed = createTokenSeals(box).seal('con_1', 'access', issued);
  await scene.asOwner(
    `insert into grant_revocations (id, tenant_id, reason, provider, app_id, origins, account_id, kind, access_sealed,
       refresh_sealed, sealed_for, due_at, ends_at)
     select 'grv_1', 'acme', 'disconnected', 'github', id, settings -> 'origins', '1001', 'access', $1, $2, 'con_1',
       hookline_now(), hookline_now() + interval '1 day'
     from oauth_apps`,
    [sealed.access, sealed.refresh],
  );
  const asked = () => scene.emulators.calls({ path: '/grant' }).length;
  scene.emulators.injectFault({ kind: 'hang', path: '/grant' });
  const { child } = await startSchedulerProcess(scene);
  await until(() => asked() === 1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [row] = await scene.asOwner<{ failures: number; leased: boolean }>(
    'select failures, lease_id is not null and due_at > hookline_now() as leased from grant_revocations',
  );
  expect(row).toEqual({ failures: 0, leased: true });
  // The lease ends by itself; the test does not wait for it.
  await scene.asOwner('update grant_revocations set due_at = hookline_now()');
  await startSchedulerProcess(scene);
  await until(async () => (await scene.asOwner('select from grant_revocations')).length === 0);
  expect(scene.emulators.github.inspectToken({ token: issued.access })).toMatchObject({ alive: false });
  expect(asked()).toBe(2);
});
