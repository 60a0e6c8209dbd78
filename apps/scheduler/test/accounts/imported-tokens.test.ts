import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { factsOf, type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';

/** The kinds of account keys by which pushes find a connection with the token of a bot, and of a person. */
const KEYS = { bot: ['in', 'team'], user: ['in', 'sole', 'user'] };

async function startSlack() {
  const scene = await startScheduler();
  const { slack } = scene.emulators;
  const rotating = slack.createApplication({ clientId: 'rotating', tokenRotation: true });
  const issue = (clientId: string, kind: 'bot' | 'user') =>
    slack.issueToken({ clientId, account: 'slack-ada', scopes: [], kind });
  return { scene, rotating, issue };
}

test('the fault of an application ends with an exchange, not with a token that a tenant imports', async () => {
  const scene = await startScheduler();
  const { spotify } = scene.emulators;
  const appId = await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  await scene.asOwner("update oauth_apps set fault = 'invalid_client', fault_at = hookline_now()");
  const issued = spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: ['user-read-recently-played'],
  });
  const faults = () => scene.asOwner('select id from oauth_apps where fault is not null');
  const { accessToken, refreshToken } = issued;
  expect((await importing(scene, { provider: 'spotify', appId, accessToken })).status).toBe(201);
  expect(await faults()).toHaveLength(1);
  expect((await importing(scene, { provider: 'spotify', appId, refreshToken })).status).toBe(201);
  expect(await faults()).toEqual([]);
});

const importing = (scene: SchedulerScene, body: object, as = 'beta') =>
  scene.call('POST', '/api/connections', { body, as });

async function keysOf(scene: SchedulerScene, connection: string): Promise<string[]> {
  const read = () =>
    scene.asOwner<{ account_key: string }>(
      'select account_key from connection_routes where connection_id = $1 order by 1',
      [connection],
    );
  await until(async () => (await read()).length > 0);
  return (await read()).map(({ account_key }) => account_key.split(':')[0] ?? '');
}

test('no access token gets a tenant the pushes of an application of the installation', async () => {
  const { scene, issue } = await startSlack();
  const appId = await scene.addApp('slack', 'rotating');
  for (const [kind, named] of [
    ['user', 'bot'],
    ['bot', 'bot'],
    ['user', 'user'],
  ] as const) {
    const { accessToken } = issue(EMULATED_CLIENTS.slack, kind);
    const refused = await importing(scene, { provider: 'slack', appId, accessToken, kind: named });
    expect([refused.status, refused.json.code]).toEqual([422, 'grant_refused']);
    expect(refused.json.error).toContain('refresh token');
  }
  expect(await scene.asOwner('select from connection_routes')).toEqual([]);
});

test('an imported token counts as that of the bot only if the provider says so', async () => {
  const { scene, issue } = await startSlack();
  const appId = await scene.addApp('slack', 'rotating');
  for (const [kind, named] of [
    ['user', 'bot'],
    ['bot', 'user'],
  ] as const) {
    const { refreshToken } = issue('rotating', kind);
    const refused = await importing(scene, { provider: 'slack', appId, refreshToken, kind: named });
    expect([refused.status, refused.json.error]).toEqual([422, expect.stringContaining(`"${named}"`)]);
  }
  for (const kind of ['bot', 'user'] as const) {
    const { refreshToken } = issue('rotating', kind);
    const made = await importing(scene, { provider: 'slack', appId, refreshToken, kind });
    expect(made.status).toBe(201);
    expect(await keysOf(scene, made.json.data.id)).toEqual(KEYS[kind]);
  }
});

test('an access token of another application is refused by the application of the installation, not by an own one', async () => {
  const scene = await startScheduler();
  for (const [provider, own, other, account] of [
    ['github', EMULATED_CLIENTS.githubApp, EMULATED_CLIENTS.githubOAuthApp, 'octo-ada'],
    ['gmail', EMULATED_CLIENTS.google, 'stranger', 'ada@example.com'],
  ] as const) {
    const emulator = provider === 'github' ? scene.emulators.github : scene.emulators.google;
    if (provider === 'gmail') scene.emulators.google.createApplication({ clientId: other });
    const issue = (clientId: string) =>
      emulator.issueToken({
        clientId,
        account,
        scopes: provider === 'gmail' ? ['https://www.googleapis.com/auth/gmail.readonly'] : [],
      }).accessToken;
    const settings = provider === 'github' ? { kind: 'github_app' } : {};
    const appId = await scene.addApp(provider, own, settings);
    const refused = await importing(scene, { provider, appId, accessToken: issue(other) });
    expect([provider, refused.status, refused.json.code]).toEqual([provider, 422, 'grant_refused']);
    expect(refused.json.error).toContain('does not belong');
    const made = await importing(scene, { provider, appId, accessToken: issue(own) });
    expect([provider, made.status]).toEqual([provider, 201]);
    const mine = await scene.call('POST', '/api/oauth-apps', {
      as: 'gamma',
      body: {
        provider,
        clientId: own,
        clientSecret: 'not-known',
        settings: { origins: scene.emulators.origins[provider] },
      },
    });
    const byOwn = { provider, appId: mine.json.data.id, accessToken: issue(other) };
    expect((await importing(scene, byOwn, 'gamma')).status).toBe(201);
  }
});

/** A tenant imports a refresh token of a GitHub App, which is valid once, while `fault` disturbs the account request. */
async function importDisturbed(fault: object) {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const { github } = scene.emulators;
  const { refreshToken } = github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const importOnce = () => importing(scene, { provider: 'github', refreshToken });
  const exchanges = () => scene.emulators.calls({ grantType: 'refresh_token' }).length;
  const kept = () =>
    scene.asOwner<{ open: boolean }>('select import_hash is not null as open from grant_revocations');
  const grants = () => github.revokeGrants({ account: 'octo-ada' }).grants;
  scene.emulators.injectFault({ exactPath: 'api.github.com/user', ...fault } as never);
  return { scene, importOnce, exchanges, kept, grants };
}

const AWAY = { kind: 'status', status: 503, body: {}, times: 3 };

test('an import whose account request fails is repeated with the same refresh token, and goes on', async () => {
  const { scene, importOnce, exchanges, kept } = await importDisturbed(AWAY);
  const failed = await importOnce();
  expect([failed.status, failed.json.code]).toEqual([503, 'provider_unavailable']);
  expect(failed.json.error).toContain('The account could not be looked up');
  expect(failed.json.error).toContain('repeat the same request');
  expect(await kept()).toEqual([{ open: true }]);
  // Nobody else goes on with it.
  expect((await importing(scene, { provider: 'github', refreshToken: 'of-nobody' })).status).toBe(422);

  const made = await importOnce();
  expect(made.status).toBe(201);
  expect(exchanges()).toBe(2);
  expect(await kept()).toEqual([]);
  const { json } = await scene.call('GET', `/api/connections/${made.json.data.id}/token`, { as: 'beta' });
  expect(scene.emulators.github.inspectToken({ token: json.data.token })).toMatchObject({ alive: true });
});

test('the tokens of an import are stored before the account is asked for', async () => {
  const { scene, importOnce, exchanges, kept } = await importDisturbed({ kind: 'hang' });
  const first = importOnce();
  await until(() => scene.emulators.calls({ path: 'api.github.com/user' }).length === 1);
  expect(await kept()).toEqual([{ open: true }]);
  // The first request is still under way, as if its process were dead.
  const second = await importOnce();
  expect(second.status).toBe(201);
  // The first request learns that it is too late, and answers with the same connection.
  expect([(await first).status, (await first).json.data.id]).toEqual([201, second.json.data.id]);
  expect(exchanges()).toBe(1);
  const { json } = await scene.call('GET', `/api/connections/${second.json.data.id}/token`, { as: 'beta' });
  expect(scene.emulators.github.inspectToken({ token: json.data.token })).toMatchObject({ alive: true });
});

test('an access token that ended before the import was repeated is refreshed by the kept refresh token', async () => {
  const { scene, importOnce, exchanges, kept } = await importDisturbed(AWAY);
  expect((await importOnce()).status).toBe(503);
  scene.emulators.github.expireAccessTokens({ account: 'octo-ada' });
  await scene.asOwner("update grant_revocations set created_at = created_at - interval '9 hours'");
  expect((await importOnce()).status).toBe(201);
  expect(exchanges()).toBe(2);
  expect(await kept()).toEqual([]);
});

test('the grant of an import that the provider refuses, or that is not repeated for a day, is revoked', async () => {
  const { scene, importOnce, kept, grants } = await importDisturbed({
    kind: 'status',
    status: 404,
    body: {},
  });
  const refused = await importOnce();
  expect([refused.status, refused.json.code]).toEqual([422, 'grant_refused']);
  await until(async () => (await kept()).length === 0, { what: 'the end of the revocation' });
  expect(grants()).toBe(0);

  const { refreshToken } = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  scene.emulators.injectFault({ exactPath: 'api.github.com/user', ...AWAY } as never);
  expect((await importing(scene, { provider: 'github', refreshToken })).status).toBe(503);
  await scene.asOwner('update grant_revocations set due_at = hookline_now()');
  await until(async () => (await kept()).length === 0, { what: 'the end of the revocation' });
  expect(grants()).toBe(0);
});

test('a page in place of an answer of the token endpoint is a fault of the provider, not of the refresh token', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const { refreshToken } = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  for (const status of [200, 403]) {
    const headers = { 'content-type': 'text/html' };
    const page = { kind: 'status', status, headers, body: '<html>Maintenance</html>' } as const;
    scene.emulators.injectFault({ ...page, grantType: 'refresh_token' });
    const failed = await importing(scene, { provider: 'github', refreshToken });
    expect([failed.status, failed.json.code]).toEqual([503, 'provider_unavailable']);
    scene.emulators.injectFault({ ...page, grantType: 'authorization_code' });
    const back = await scene.connect('github', { returnUrl: 'https://app.example.com/' });
    expect(factsOf(back)).toEqual({ error: 'provider_unavailable' });
  }
  expect((await importing(scene, { provider: 'github', refreshToken })).status).toBe(201);
});

/** As importDisturbed, with nothing that disturbs. @param rotation of the GitHub App */
async function importUndisturbed(rotation?: 'none') {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const { github } = scene.emulators;
  if (rotation !== undefined)
    github.changeApplication({ clientId: EMULATED_CLIENTS.githubApp, rotation: { kind: rotation } });
  const { refreshToken } = github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const importOnce = (settings: object = {}, as = 'beta') =>
    importing(scene, { provider: 'github', refreshToken, settings }, as);
  const exchanges = () => scene.emulators.calls({ grantType: 'refresh_token' }).length;
  return { scene, importOnce, exchanges };
}

test('imports of one refresh token at the same moment exchange it once, and all answer with its connection', async () => {
  const { scene, importOnce, exchanges } = await importUndisturbed();
  scene.emulators.github.changeApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    rotation: { kind: 'family-revocation' },
  });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_000 });
  const answers = await Promise.all([1, 2, 3, 4].map(() => importOnce()));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1);
  expect(exchanges()).toBe(1);
  const [{ json } = { json: undefined }] = answers;
  const path = `/api/connections/${json.data.id}/token`;
  const { token } = (await scene.call('GET', path, { as: 'beta' })).json.data;
  expect(scene.emulators.github.inspectToken({ token })).toMatchObject({ alive: true });
  expect(await scene.asOwner('select from connections')).toHaveLength(1);
});

test('an import that waits for another one of a refresh token that stays valid answers with its connection', async () => {
  const { scene, importOnce, exchanges } = await importUndisturbed('none');
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_000 });
  const answers = await Promise.all([importOnce(), importOnce()]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1);
  expect(exchanges()).toBe(1);
  // A later import is one of its own: it may bring other settings.
  const later = await importOnce({ intervals: { 'repository-events': 7_200 } });
  expect([later.status, later.json.data.settings.intervals]).toEqual([201, { 'repository-events': 7_200 }]);
  expect(exchanges()).toBe(2);
});

test('an import that is repeated after its answer was lost gets the connection, until that has no grant any more', async () => {
  const { scene, importOnce, exchanges } = await importUndisturbed();
  const first = await importOnce();
  const again = await importOnce();
  expect([again.status, again.json.data.id]).toEqual([201, first.json.data.id]);
  expect(exchanges()).toBe(1);
  // Another tenant has no part in it.
  expect((await importOnce({}, 'gamma')).json.code).toBe('grant_refused');

  await scene.call('DELETE', `/api/connections/${first.json.data.id}`, { as: 'beta' });
  const gone = await importOnce();
  expect([gone.status, gone.json.code]).toEqual([422, 'grant_refused']);
});

test('an import whose exchange nobody knows the end of says so when the refresh token is refused', async () => {
  const { scene, importOnce, exchanges } = await importUndisturbed();
  // The provider exchanges the refresh token, and its answer gets lost.
  scene.emulators.injectFault({ kind: 'answer-lost', grantType: 'refresh_token' });
  const lost = await importOnce();
  expect([lost.status, lost.json.code]).toEqual([503, 'provider_unavailable']);
  for (let count = 0; count < 2; count++) {
    const refused = await importOnce();
    expect([refused.status, refused.json.code, refused.json.details]).toEqual([
      422,
      'grant_refused',
      { reason: 'import_interrupted' },
    ]);
    expect(refused.json.error).toContain('POST /api/connections/links');
  }
  expect(exchanges()).toBe(3);
});

test('nothing is left of an import that the provider refuses', async () => {
  const { scene } = await importUndisturbed();
  expect((await importing(scene, { provider: 'github', refreshToken: 'of-nobody' })).status).toBe(422);
  expect(await scene.asOwner('select from connection_imports')).toEqual([]);
});

test('a kind of token that the provider does not have is refused before the provider is called', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  const refused = await importing(scene, { provider: 'gmail', refreshToken: 'of-nobody', kind: 'bot' });
  expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
  expect(JSON.stringify(refused.json)).toContain('has: access');
  expect(scene.emulators.calls({ grantType: 'refresh_token' })).toEqual([]);
});

test('the scopes of an imported token are what the provider tells of it, also if it tells that there is none', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('github', EMULATED_CLIENTS.githubOAuthApp);
  const importWith = async (account: string, scopes: string[]) => {
    const { accessToken } = scene.emulators.github.issueToken({
      clientId: EMULATED_CLIENTS.githubOAuthApp,
      account,
      scopes,
    });
    // The caller is mistaken about them.
    const body = { provider: 'github', appId, accessToken, scopes: ['repo'] };
    return (await importing(scene, body)).json.data;
  };
  expect(await importWith('octo-ada', [])).toMatchObject({
    status: 'degraded',
    reason: 'missing_scope',
    scopes: {
      granted: [],
      missing: expect.arrayContaining([
        { scopes: ['notifications', 'repo'], pauses: ['notifications'] },
        { scopes: ['admin:repo_hook', 'repo'], pauses: [expect.any(String)] },
      ]),
    },
  });
  expect(await importWith('octo-ben', ['admin:repo_hook', 'notifications'])).toMatchObject({
    status: 'connected',
    scopes: { granted: ['admin:repo_hook', 'notifications'], missing: [] },
  });
});
