import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createTokenScene, issueTokens, type TokenScene } from '../support/token-scene.ts';

const refreshCalls = (scene: TokenScene) => scene.emulators.calls({ grantType: 'refresh_token' }).length;
const makeDue = (scene: TokenScene) =>
  scene.asOwner(
    'update connection_tokens set refresh_due_at = hookline_now() where refresh_due_at is not null',
  );

async function createScene(): Promise<TokenScene> {
  const scene = await createTokenScene();
  await scene.addApp();
  return scene;
}

test('R9: after a dead grant there are two calls and no more, and the tenant is told once', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: -1 });
  scene.emulators.github.revokeGrants({});
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.statusOf('con_1')).status === 'refreshing');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'invalid_grant_once' });
  expect((await scene.tokenOf('con_1')).due_in).toBeGreaterThan(55);
  expect(replica.events).toEqual([]);

  await makeDue(scene);
  await until(async () => (await scene.statusOf('con_1')).status === 'needs_reauth');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'invalid_grant' });
  expect(await scene.tokenOf('con_1')).toMatchObject({ due_in: null });
  await until(() => replica.events.length === 1);
  expect(replica.events).toMatchObject([
    {
      type: 'connection.needs_reauth',
      tenant: 'acme',
      source: '/connection/con_1',
      payload: { connectionId: 'con_1', status: 'needs_reauth', reason: 'invalid_grant', provider: 'github' },
    },
  ]);
  // Callers are refused without another call to the provider.
  for (let count = 0; count < 5; count++) {
    await expect(replica.accessTokens.get('con_1')).rejects.toMatchObject({
      status: 'needs_reauth',
      reason: 'invalid_grant',
    });
    expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('busy');
  }
  expect(refreshCalls(scene)).toBe(2);
});

test('R10: one false invalid_grant is followed by a second try after a minute, and the status never says more than refreshing', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: -1 });
  scene.emulators.injectFault({ kind: 'invalid-grant', grantType: 'refresh_token' });
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.tokenOf('con_1')).failures === 1);
  const waiting = await scene.tokenOf('con_1');
  expect(waiting.due_in).toBeGreaterThan(58);
  expect(waiting.due_in).toBeLessThan(76);
  // The old token is still valid, and is handed out meanwhile.
  expect(await replica.accessTokens.get('con_1')).toMatchObject({ generation: 1 });

  await makeDue(scene);
  await until(async () => (await scene.tokenOf('con_1')).generation === 2);
  expect(await scene.statusOf('con_1')).toEqual({ status: 'connected', reason: null });
  const outcomes = (await scene.journalOf('con_1')).map(({ kind, outcome }) => `${kind} ${outcome}`);
  expect(outcomes).toEqual([
    'refresh invalid_grant_once',
    'status refreshing',
    'status connected',
    'refresh succeeded',
  ]);
  // V3: nothing was told as broken, so nothing is told as recovered.
  expect(replica.events).toEqual([]);
});

test('a token that the API refused is not handed out while its refresh token is refused for the first time', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: 3_600 });
  scene.emulators.injectFault({ kind: 'invalid-grant', grantType: 'refresh_token' });
  const replica = await scene.openReplica();
  await replica.accessTokens.refused('con_1', 'access', 1, 'the provider answered 401');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'invalid_grant_once' });
  const refused = await replica.accessTokens.get('con_1').catch((error: unknown) => error);
  expect(refused).toMatchObject({
    name: 'ConnectionUnavailableError',
    status: 'refreshing',
    reason: 'invalid_grant_once',
    nextRefresh: { inSeconds: expect.any(Number), at: expect.any(Date) },
  });
  expect((refused as { nextRefresh: { inSeconds: number } }).nextRefresh.inSeconds).toBeGreaterThan(30);
  expect(refreshCalls(scene)).toBe(1);
  // The provider was only wrong once.
  await makeDue(scene);
  expect(await replica.accessTokens.get('con_1')).toMatchObject({ generation: 2 });
});

test('a page in place of an answer means that the provider is unavailable, and never asks for a new consent', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 3_000 });
  const replica = await scene.openReplica();
  for (const status of [200, 403]) {
    scene.emulators.injectFault({
      kind: 'status',
      status,
      headers: { 'content-type': 'text/html' },
      body: '<html>Maintenance</html>',
      grantType: 'refresh_token',
    });
    expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('failed');
    expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'provider_unavailable' });
  }
  expect(await scene.asOwner('select unknown_since from connection_tokens')).toEqual([
    { unknown_since: null },
  ]);
  expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('stored');
});

test('asking for a refresh again after one false invalid_grant neither asks the provider nor ends the connection', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 3_000 });
  scene.emulators.injectFault({ kind: 'invalid-grant', grantType: 'refresh_token' });
  const replica = await scene.openReplica();
  const refreshNow = () => replica.refresher.refresh('con_1', 'access', 1, { isForced: true });
  expect(await refreshNow()).toBe('failed');
  expect(await refreshNow()).toBe('busy');
  expect(await scene.tokenOf('con_1')).toMatchObject({ failures: 1, generation: 1 });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'invalid_grant_once' });
  // The second try is made when its pause is over, and the provider was only wrong once.
  await makeDue(scene);
  expect(await refreshNow()).toBe('stored');
  expect((await scene.statusOf('con_1')).status).toBe('connected');
});

test('an error code that repeats the refresh token is neither logged nor stored', async () => {
  const scene = await createScene();
  const tokens = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...tokens, dueIn: 3_000 });
  scene.emulators.injectFault({
    kind: 'status',
    status: 400,
    body: { error: `bad.${tokens.refresh}` },
    grantType: 'refresh_token',
  } as never);
  const replica = await scene.openReplica();
  expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('failed');
  const [failure] = await scene.journalOf('con_1');
  expect(failure?.outcome).toBe('unknown_answer');
  const { last_error: error } = await scene.tokenOf('con_1');
  expect(error).toBe('the provider answered 400');
  expect(JSON.stringify(await scene.journalOf('con_1'))).not.toContain(tokens.refresh);
});

test('429, 5xx, lost connections and answers that are not JSON never ask for a new consent, however often', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 30 });
  const replica = await scene.openReplica({ exchangeMs: 300 });
  const faults = [
    { kind: 'rate-limited', retryAfterSeconds: 120 },
    { kind: 'status', status: 500, body: { error: 'invalid_grant' } },
    { kind: 'status', status: 503, body: 'away' },
    { kind: 'status', status: 429, headers: { 'retry-after': '90' }, body: { error: 'invalid_client' } },
    { kind: 'hang' },
  ] as const;
  for (let round = 0; round < 3; round++) {
    for (const fault of faults) {
      scene.emulators.injectFault({ ...fault, grantType: 'refresh_token' } as never);
      expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('failed');
      expect((await scene.statusOf('con_1')).status).toBe('refreshing');
      if ('retryAfterSeconds' in fault) expect((await scene.tokenOf('con_1')).due_in).toBeGreaterThan(60);
      // Of no known outcome: forgotten here, so that the next refusal is judged by itself.
      await scene.asOwner(
        'update connection_tokens set attempted_generation = null, refresh_not_before = null',
      );
    }
  }
  expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('stored');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'connected', reason: null });
});

test('an unknown error is tried again for a day, and then asks for a new consent', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 30 });
  const replica = await scene.openReplica();
  const unknown = () =>
    scene.emulators.injectFault({
      kind: 'status',
      status: 400,
      body: { error: 'something_new' },
      grantType: 'refresh_token',
    });
  unknown();
  await replica.refresher.refresh('con_1', 'access', 1);
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'unknown_answer' });
  await scene.asOwner("update connection_tokens set unknown_since = hookline_now() - interval '23 hours'");
  unknown();
  await replica.refresher.refresh('con_1', 'access', 1, { isForced: true });
  expect((await scene.statusOf('con_1')).status).toBe('refreshing');
  await scene.asOwner("update connection_tokens set unknown_since = hookline_now() - interval '25 hours'");
  unknown();
  await replica.refresher.refresh('con_1', 'access', 1, { isForced: true });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'unknown_error' });
});

test('R12: a wrong client secret pauses all connections of the application with one event, asks nobody to reconnect, and ends with the right secret', async () => {
  const scene = await createScene();
  await scene.addApp({ id: 'oap_2', tenant: 'acme' });
  for (const id of ['con_1', 'con_2', 'con_3', 'con_4'])
    await scene.addConnection({ id, account: id, ...issueTokens(scene.emulators), dueIn: -1 });
  await scene.addConnection({ id: 'con_9', appId: 'oap_2', ...issueTokens(scene.emulators), dueIn: 600 });
  scene.emulators.github.changeApplication({ clientId: EMULATED_CLIENTS.githubApp, clientSecret: 'another' });
  const replica = await scene.openReplica();
  replica.start();
  await until(() => replica.events.length > 0);
  await until(async () => {
    const open = await scene.asOwner("select from connections where app_id = 'oap_1' and status <> 'paused'");
    return open.length === 0;
  });
  for (const id of ['con_1', 'con_2', 'con_3', 'con_4'])
    expect(await scene.statusOf(id)).toEqual({ status: 'paused', reason: 'app_misconfigured' });
  expect(await scene.statusOf('con_9')).toEqual({ status: 'connected', reason: null });
  expect(replica.events).toMatchObject([
    { type: 'connection.paused', source: '/oauth-app/oap_1', payload: { reason: 'app_misconfigured' } },
  ]);
  // No token is due soon: at most one probe an hour for each exchange that was under way.
  await until(async () => {
    const due = await scene.asOwner(
      "select from connection_tokens where connection_id <> 'con_9' and refresh_due_at < hookline_now() + interval '50 minutes'",
    );
    return due.length === 0;
  });

  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    clientSecret: DEFAULT_CLIENT_SECRET,
  });
  await replica.database.withSystem((transaction) => replica.appFaults.clear(transaction, 'oap_1'));
  await scene.asOwner(
    "update connection_tokens set refresh_due_at = hookline_now() where connection_id <> 'con_9'",
  );
  await until(
    async () => (await scene.asOwner('select from connection_tokens where generation = 2')).length === 4,
  );
  for (const id of ['con_1', 'con_2', 'con_3', 'con_4'])
    expect(await scene.statusOf(id)).toEqual({ status: 'connected', reason: null });
  await until(() => replica.events.length === 2);
  expect(replica.events[1]).toMatchObject({ type: 'connection.recovered', source: '/oauth-app/oap_1' });
});

test('R15: a new token that is refused too ends in needs_reauth after one forced refresh, not in a loop', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators) });
  const replica = await scene.openReplica();
  const { accessTokens } = replica;
  await Promise.all(
    [1, 2, 3].map(() => accessTokens.refused('con_1', 'access', 1, 'GET /user was answered 401')),
  );
  expect(await accessTokens.get('con_1')).toMatchObject({ generation: 2 });
  expect(refreshCalls(scene)).toBe(1);
  // A late report about the old token changes nothing.
  await accessTokens.refused('con_1', 'access', 1, 'late');
  expect((await scene.statusOf('con_1')).status).toBe('connected');
  await accessTokens.refused('con_1', 'access', 2, 'GET /user was answered 401');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'token_refused' });
  expect(refreshCalls(scene)).toBe(1);
  expect((await scene.tokenOf('con_1')).due_in).toBeNull();
});

test('a refused token that cannot be refreshed needs a new consent at once', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', access: 'a-personal-token', expiresIn: 3_600 });
  const { accessTokens } = await scene.openReplica();
  await accessTokens.refused('con_1', 'access', 1, '401');
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'token_refused' });
});

test('R16: the single-use refresh tokens of Discord are replaced each time', async () => {
  const scene = await createScene();
  await scene.addApp({ id: 'oap_d', provider: 'discord', clientId: EMULATED_CLIENTS.discord });
  const issued = scene.emulators.discord.issueToken({
    clientId: EMULATED_CLIENTS.discord,
    account: 'gamer-ada',
    scopes: ['identify'],
  });
  await scene.addConnection({
    id: 'con_d',
    appId: 'oap_d',
    provider: 'discord',
    access: issued.accessToken,
    refresh: issued.refreshToken,
  });
  const replica = await scene.openReplica();
  for (const generation of [1, 2, 3])
    expect(await replica.refresher.refresh('con_d', 'access', generation)).toBe('stored');
  const { access, refresh } = await scene.tokenOf('con_d');
  expect(scene.emulators.discord.inspectToken({ token: access })).toMatchObject({ alive: true });
  expect(scene.emulators.discord.inspectToken({ token: refresh ?? '' })).toMatchObject({ alive: true });
  expect(scene.emulators.exchanges().map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
});

test('a token without a refresh token is handed out until it ends, and then only a new consent helps', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', access: 'short', expiresIn: 20 });
  const { accessTokens } = await scene.openReplica();
  expect(await accessTokens.get('con_1')).toMatchObject({ token: 'short' });
  await scene.asOwner('update connection_tokens set expires_at = hookline_now()');
  await expect(accessTokens.get('con_1')).rejects.toMatchObject({ reason: 'no_refresh_token' });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'needs_reauth', reason: 'no_refresh_token' });
});

test('a caller that is aborted stops waiting, and the exchange goes on for the others', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), expiresIn: -1, dueIn: 60 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 500 });
  const { accessTokens } = await scene.openReplica();
  const signal = AbortSignal.timeout(100);
  const [aborted, other] = await Promise.allSettled([
    accessTokens.get('con_1', { signal }),
    accessTokens.get('con_1'),
  ]);
  expect(aborted).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' } });
  expect(other).toMatchObject({ status: 'fulfilled', value: { generation: 2 } });
});

test('a failure is told with the status that the provider sent', async () => {
  const scene = await createScene();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 3_000 });
  const body = { error: 'weird_code' };
  scene.emulators.injectFault({ kind: 'status', status: 200, body, grantType: 'refresh_token' });
  const replica = await scene.openReplica();
  expect(await replica.refresher.refresh('con_1', 'access', 1, { isForced: true })).toBe('failed');
  expect((await scene.tokenOf('con_1')).last_error).toBe('the provider answered 200 weird_code');
});
