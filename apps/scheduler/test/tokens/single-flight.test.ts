import { EMULATED_CLIENTS, hashToken } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { claimToken } from '../../src/sql/claim-token.ts';
import { createTokenScene, issueTokens, type TokenScene } from '../support/token-scene.ts';

const exchangeOf = (scene: TokenScene, refresh: string) =>
  scene.emulators.exchanges().find(({ hash }) => hash === hashToken(refresh));

/** A transaction of another process that stays open. */
async function openTransaction(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  await client.query('begin');
  return client;
}

/** How many statements wait for a lock in this database. */
async function waitingForLocks(scene: TokenScene): Promise<number> {
  const rows = await scene.asOwner(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}

/** The provider ends the whole grant if a refresh token is used twice. */
function judgeStrictly(scene: TokenScene): void {
  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    rotation: { kind: 'family-revocation' },
  });
}

test('R1: 50 workers that see one expired token make one exchange, and all get its result', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  judgeStrictly(scene);
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: -1, dueIn: -1 });
  const databases = Array.from({ length: 5 }, () => scene.openDatabase());
  const workers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => scene.openReplica({}, databases[index % databases.length])),
  );
  for (const worker of workers.slice(0, 10)) worker.start();
  const tokens = await Promise.all(workers.map(({ accessTokens }) => accessTokens.get('con_1')));

  const stored = await scene.tokenOf('con_1');
  expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set([stored.access]));
  expect(stored.generation).toBe(2);
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1, outcomes: ['ok'] });
  expect(scene.emulators.github.inspectToken({ token: stored.access })).toMatchObject({ alive: true });
});

test('R8: a provider whose second answer ends the first token is never asked twice', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    rotation: { kind: 'grace', seconds: 60, secondAnswerEndsFirst: true },
  });
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: -1, dueIn: -1 });
  const replicas = await Promise.all(Array.from({ length: 6 }, () => scene.openReplica()));
  for (const replica of replicas) replica.start();
  await Promise.all(replicas.flatMap(({ accessTokens }) => [1, 2, 3].map(() => accessTokens.get('con_1'))));
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1 });
  const { access } = await scene.tokenOf('con_1');
  expect(scene.emulators.github.inspectToken({ token: access })).toMatchObject({ alive: true });
});

test('R2: rotated refresh tokens are stored: expiry after expiry, each generation is exchanged once', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  judgeStrictly(scene);
  const ids = Array.from({ length: 100 }, (_, index) => `con_${index}`);
  for (const [index, id] of ids.entries()) {
    const login = `person-${index}`;
    scene.emulators.github.createAccount({ login });
    await scene.addConnection({ id, account: login, ...issueTokens(scene.emulators, login), dueIn: -1 });
  }
  const replicas = await Promise.all(
    Array.from({ length: 4 }, () => scene.openReplica({ pollIntervalMs: 100 })),
  );
  for (const replica of replicas) replica.start();
  const least = async () => {
    const [row] = await scene.asOwner<{ least: number }>(
      'select min(generation) as least from connection_tokens',
    );
    return row?.least ?? 0;
  };
  await until(
    async () => {
      await scene.endAccessTokens();
      return (await least()) >= 5;
    },
    { timeoutMs: 100_000 },
  );

  const exchanges = scene.emulators.exchanges();
  expect(exchanges.length).toBeGreaterThanOrEqual(400);
  expect(exchanges.filter(({ attempts }) => attempts !== 1)).toEqual([]);
  expect(
    await scene.asOwner("select id from connections where status <> 'connected' or reason is not null"),
  ).toEqual([]);
});

test('R3: a loser that fails late changes nothing of what the winner has stored', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: 60 });
  // The provider does not answer the loser, who gives up only after the end of its lease.
  scene.emulators.injectFault({ kind: 'hang', grantType: 'refresh_token' });
  const loser = await scene.openReplica({ exchangeMs: 4_000 });
  const losing = loser.refresher.refresh('con_1', 'access', 1);
  await until(async () => scene.emulators.calls({ grantType: 'refresh_token' }).length === 1);
  // As if the loser had not renewed it in time.
  await scene.asOwner('update connection_tokens set lease_id = null, lease_until = null');
  const winner = await scene.openReplica();
  expect(await winner.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('stored');
  const won = await scene.tokenOf('con_1');
  expect(await losing).toBe('superseded');
  expect(await scene.tokenOf('con_1')).toEqual({
    ...won,
    due_in: expect.any(Number),
    expires_in: expect.any(Number),
  });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'connected', reason: null });
});

test('R8: a caller that meets the claim of another replica before it is committed waits, and gets the fresh token', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  judgeStrictly(scene);
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: -1, dueIn: 60 });
  const other = await openTransaction(scene.ownerUrl);
  // What a claim does, up to its commit.
  await other.query(
    `update connection_tokens set lease_id = 'other', lease_until = hookline_now() + interval '30 s',
       refresh_due_at = hookline_now() + interval '30 s'`,
  );
  const replica = await scene.openReplica();
  const asking = replica.accessTokens.get('con_1');
  await until(async () => (await waitingForLocks(scene)) === 1);
  await other.query('commit');
  // The other replica gives the token back without an exchange, as one does that was stopped for too long.
  await scene.asOwner('update connection_tokens set lease_id = null, lease_until = null');
  expect(await asking).toMatchObject({ generation: 2, token: (await scene.tokenOf('con_1')).access });
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1 });
});

test('R8: a caller that finds the token leased by another replica gets the token that this one stores', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  judgeStrictly(scene);
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: -1, dueIn: 60 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_500 });
  const [first, second] = [await scene.openReplica(), await scene.openReplica()];
  const exchanging = first.refresher.refresh('con_1', 'access', 1);
  await until(async () => (await scene.tokenOf('con_1')).lease_id !== null);
  const asking = second.accessTokens.get('con_1');
  expect(await exchanging).toBe('stored');
  expect(await asking).toMatchObject({ generation: 2, token: (await scene.tokenOf('con_1')).access });
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1 });
});

test('an error about a missing token never says that the connection is connected', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  scene.emulators.github.changeApplication({ clientId: EMULATED_CLIENTS.githubApp, accessTokenSeconds: 1 });
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: 60 });
  const replica = await scene.openReplica();
  // Each token has ended by the time that the answer is there: the provider is asked three times and no more.
  const delayMs = 1_500;
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs, times: 3 });
  await expect(replica.accessTokens.get('con_1')).rejects.toMatchObject({
    status: 'refreshing',
    reason: 'expires_at_once',
    message: expect.stringContaining('end within seconds'),
  });
  expect(scene.emulators.exchanges()).toHaveLength(3);
});

test('the lease of an exchange that takes longer is renewed, so that no other replica begins a second one', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  judgeStrictly(scene);
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: 3_600, dueIn: -1 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 8_000 });
  const replicas = await Promise.all([1, 2, 3].map(() => scene.openReplica({ leaseMs: 3_000 })));
  for (const replica of replicas) replica.start();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2, { timeoutMs: 40_000 });
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1, outcomes: ['ok'] });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'connected', reason: null });
}, 60_000);

test('a refresh whose replica died is done by another one as soon as its lease of half a minute ends', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: -1 });
  const dead = await scene.openReplica();
  expect(dead.refresher.leaseMs).toBe(30_000);
  const claimed = await claimToken(dead.database, {
    connectionId: 'con_1',
    kind: 'access',
    generation: 1,
    leaseId: 'dead',
    leaseMs: dead.refresher.leaseMs,
    isForced: false,
  });
  expect(claimed).toMatchObject({ leaseId: 'dead' });
  expect((await scene.tokenOf('con_1')).due_in).toBeLessThanOrEqual(30);
  await scene.shiftDatabaseClock('29 seconds');
  const early = await scene.openReplica();
  expect(await early.refresher.refresh('con_1', 'access', 1)).toBe('busy');
  await scene.shiftDatabaseClock('31 seconds');
  const late = await scene.openReplica();
  late.start();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
});

test('R4: a provider that never answers holds a caller only until the deadline, and the next try succeeds', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    rotation: { kind: 'none' },
  });
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: 60 });
  scene.emulators.injectFault({ kind: 'hang', grantType: 'refresh_token' });
  const replica = await scene.openReplica({ exchangeMs: 300 });
  await expect(replica.accessTokens.get('con_1')).rejects.toMatchObject({ status: 'refreshing' });
  expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('stored');
  expect(await replica.accessTokens.get('con_1')).toMatchObject({ generation: 2 });
});

test('R4: a provider that sends half of its answer and stops is aborted at the deadline as well', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: 60 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 20_000 });
  const replica = await scene.openReplica({ exchangeMs: 300 });
  const startMs = performance.now();
  expect(await replica.refresher.refresh('con_1', 'access', 1)).toBe('failed');
  expect(performance.now() - startMs).toBeLessThan(5_000);
  // The answer may have had new tokens: the next refusal is explained by this.
  expect(await scene.tokenOf('con_1')).toMatchObject({ attempted_generation: 1, failures: 1 });
});

test('R5, R18: a caller gets the token of the moment of its call, and never an expired one', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: 3_600 });
  const [one, other] = [await scene.openReplica(), await scene.openReplica()];
  const before = await one.accessTokens.get('con_1');
  await other.refresher.refresh('con_1', 'access', 1);
  const after = await one.accessTokens.get('con_1');
  expect([before.generation, after.generation]).toEqual([1, 2]);
  expect(scene.emulators.github.inspectToken({ token: before.token })).toMatchObject({ alive: false });

  await scene.asOwner("update connection_tokens set expires_at = hookline_now() - interval '1 second'");
  const fresh = await one.accessTokens.get('con_1');
  expect(fresh.generation).toBe(3);
  expect(scene.emulators.github.inspectToken({ token: fresh.token })).toMatchObject({ alive: true });
});

test('R6: settings that are changed during a refresh and the refreshed token are both kept', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 60 });
  const replica = await scene.openReplica();
  const changes = Array.from({ length: 20 }, (_, index) =>
    scene.asOwner(`update connections set settings = settings || '{"key${index}": 1}' where id = 'con_1'`),
  );
  await Promise.all([replica.refresher.refresh('con_1', 'access', 1), ...changes]);
  expect((await scene.tokenOf('con_1')).generation).toBe(2);
  const [row] = await scene.asOwner<{ settings: object }>('select settings from connections');
  expect(Object.keys(row?.settings ?? {})).toHaveLength(20);
});

test('replicas whose process clocks are hours off agree on what is due, by the clock of the database', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, expiresIn: 3_600, dueIn: 1_800 });
  const replicas = await Promise.all([scene.openReplica(), scene.openReplica()]);
  const real = Date.now;
  try {
    // Both run in this process: its clock jumps by hours while they are asked.
    for (const offsetMs of [-3_600_000, 2_000, 7_200_000]) {
      Date.now = () => real() + offsetMs;
      const tokens = await Promise.all(replicas.map(({ accessTokens }) => accessTokens.get('con_1')));
      expect(tokens.map(({ generation }) => generation)).toEqual([1, 1]);
    }
  } finally {
    Date.now = real;
  }
  expect(scene.emulators.exchanges()).toEqual([]);

  // The clock of the database alone decides.
  await scene.shiftDatabaseClock('31 minutes');
  const late = await scene.openReplica();
  late.start();
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
  expect(exchangeOf(scene, issued.refresh)).toMatchObject({ attempts: 1 });
});
