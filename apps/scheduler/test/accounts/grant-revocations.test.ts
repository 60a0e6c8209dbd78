import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { TEST_TIMES } from '../support/scheduler-options.ts';
import {
  type Answer,
  cookieOf,
  EMULATED_APPS,
  factsOf,
  type SchedulerScene,
  startScheduler,
} from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/';
const GRANT = '/grant';
const HTML = { 'content-type': 'text/html' };

/** @param callMs for one call that revokes */
const shorterCalls = (callMs: number) => ({ revocations: { ...TEST_TIMES.revocations, callMs } });

interface Entry {
  outcome: string;
  text: string;
}

/** A flow up to the moment at which the person has consented. The result sends the browser back. */
async function consent(
  scene: SchedulerScene,
  provider: 'github' | 'gmail',
  query: Record<string, string>,
  account: string,
): Promise<() => Promise<Answer>> {
  const search = new URLSearchParams({ returnUrl: RETURN, ...query });
  const started = await scene.call('GET', `/api/oauth/${provider}/start?${search}`);
  const callback = new URL(scene.emulators.consent(String(started.headers['location']), { account }));
  return () =>
    scene.call('GET', `${callback.pathname}${callback.search}`, { as: null, cookie: cookieOf(started) });
}

async function connect(scene: SchedulerScene, account: string, tenant = 'acme'): Promise<string> {
  const back = await scene.connect('github', { returnUrl: RETURN }, { account }, tenant);
  return factsOf(back)['connection'] ?? '';
}

const remove = (scene: SchedulerScene, id: string, as = 'acme') =>
  scene.call('DELETE', `/api/connections/${id}`, { as });

/** What the journey of a connection tells of its consents and grants, newest first. */
async function journeyOf(scene: SchedulerScene, id: string): Promise<Entry[]> {
  const { json } = await scene.call('GET', `/api/connections/${id}/journey`);
  return json.data.filter(({ kind }: { kind: string }) => kind === 'consent');
}

const pending = (scene: SchedulerScene) =>
  scene.asOwner<{ failures: number; lease_id: string | null }>(
    'select failures, lease_id from grant_revocations',
  );

const untilNonePending = (scene: SchedulerScene) =>
  until(async () => (await pending(scene)).length === 0, { what: 'the end of all revocations' });

/** Ends the grants of an account at GitHub. @returns how many were alive */
const endGrants = (scene: SchedulerScene, account: string) =>
  scene.emulators.github.revokeGrants({ account }).grants;

const dueNow = (scene: SchedulerScene) =>
  scene.asOwner('update grant_revocations set due_at = hookline_now(), lease_id = null');

test('a callback after its connection was deleted leaves no grant at the provider, and says that it is gone', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  const back = await consent(scene, 'github', { connectionId: id }, 'octo-ada');
  expect((await remove(scene, id)).json.data).toEqual({
    message: 'Account disconnected',
    revocation: 'revoked',
    webhooks: [],
  });
  expect(factsOf(await back())).toEqual({ error: 'connection_gone' });
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  expect(await journeyOf(scene, id)).toContainEqual(
    expect.objectContaining({
      outcome: 'grant_revoked',
      text: 'The grant of a consent that connected nothing was revoked at the provider',
    }),
  );
});

test('a callback after its connection was deleted harms no other connection of the account', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  const other = await connect(scene, 'octo-ada', 'beta');
  const back = await consent(scene, 'github', { connectionId: id }, 'octo-ada');
  expect((await remove(scene, id)).json.data.revocation).toBe('shared');
  expect(factsOf(await back())).toEqual({ error: 'connection_gone' });
  await untilNonePending(scene);
  const { token } = (await scene.call('GET', `/api/connections/${other}/token`, { as: 'beta' })).json.data;
  expect(scene.emulators.github.inspectToken({ token })).toMatchObject({ alive: true });
  expect(scene.emulators.calls({ path: GRANT })).toEqual([]);
});

test('the grant of another account is revoked, unless that account has a connection of its own', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  const mismatch = async () =>
    factsOf(await scene.connect('github', { returnUrl: RETURN, connectionId: id }, { account: 'octo-ben' }));
  expect(await mismatch()).toEqual({ error: 'account_mismatch' });
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ben')).toBe(0);
  const { token } = (await scene.call('GET', `/api/connections/${id}/token`)).json.data;
  expect(scene.emulators.github.inspectToken({ token })).toMatchObject({ alive: true });

  const ben = await connect(scene, 'octo-ben', 'beta');
  const before = scene.emulators.calls({ path: GRANT }).length;
  expect(await mismatch()).toEqual({ error: 'account_mismatch' });
  await untilNonePending(scene);
  expect(scene.emulators.calls({ path: GRANT })).toHaveLength(before);
  const kept = (await scene.call('GET', `/api/connections/${ben}/token`, { as: 'beta' })).json.data.token;
  expect(scene.emulators.github.inspectToken({ token: kept })).toMatchObject({ alive: true });
});

test('the grant of an account that the provider did not name is revoked, if no connection can share it', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const connectUnnamed = async () => {
    scene.emulators.injectFault({ kind: 'status', exactPath: 'api.github.com/user', status: 403, body: {} });
    return factsOf(await scene.connect('github', { returnUrl: RETURN }, { account: 'octo-ada' }));
  };
  expect(await connectUnnamed()).toEqual({ error: 'identity_failed' });
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  // It may be this account.
  await connect(scene, 'octo-ada', 'beta');
  const before = scene.emulators.calls({ path: GRANT }).length;
  expect(await connectUnnamed()).toEqual({ error: 'identity_failed' });
  await untilNonePending(scene);
  expect(scene.emulators.calls({ path: GRANT })).toHaveLength(before);
});

test('the grant of an account that is named late is revoked, although another account is connected', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  await connect(scene, 'octo-ben', 'beta');
  // Three tries at the callback, and three at the first try of the revocation.
  const away = { kind: 'status', status: 503, body: {}, times: 6 } as const;
  scene.emulators.injectFault({ ...away, exactPath: 'api.github.com/user' });
  const back = await scene.connect('github', { returnUrl: RETURN }, { account: 'octo-ada' });
  expect(factsOf(back)).toEqual({ error: 'provider_unavailable' });
  await until(async () => (await pending(scene))[0]?.failures === 1);
  expect(scene.emulators.calls({ path: GRANT })).toEqual([]);
  await dueNow(scene);
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  expect(endGrants(scene, 'octo-ben')).toBe(1);
});

test('the grant of an account that is never named stays after a day, if another connection may share it', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  await connect(scene, 'octo-ben', 'beta');
  const refused = { kind: 'status', status: 403, body: {}, times: 100 } as const;
  scene.emulators.injectFault({ ...refused, exactPath: 'api.github.com/user' });
  await scene.connect('github', { returnUrl: RETURN }, { account: 'octo-ada' });
  await until(async () => (await pending(scene))[0]?.failures === 1);
  await scene.asOwner("update grant_revocations set ends_at = hookline_now() - interval '1 second'");
  await dueNow(scene);
  await untilNonePending(scene);
  expect(scene.log.of('grant.revocation').map(({ outcome }) => outcome)).toEqual(['pending', 'shared']);
  expect(endGrants(scene, 'octo-ada')).toBe(1);
});

test('Google tells two people apart by sub, although it does not tell the mailbox of the grant', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  const { google } = scene.emulators;
  await scene.connect('gmail', { returnUrl: RETURN }, { account: 'ben@example.com' }, 'beta');
  const refused = { kind: 'status', status: 403, body: {}, times: 100 } as const;
  scene.emulators.injectFault({ ...refused, exactPath: 'gmail.googleapis.com/gmail/v1/users/me/profile' });
  const back = await scene.connect('gmail', { returnUrl: RETURN }, { account: 'ada@example.com' });
  expect(factsOf(back)).toEqual({ error: 'identity_failed' });
  await untilNonePending(scene);
  expect(google.revokeGrants({ account: 'ada@example.com' }).grants).toBe(0);
  expect(google.revokeGrants({ account: 'ben@example.com' }).grants).toBe(1);
});

test.each([
  ['500', { kind: 'status', status: 500, body: {} }],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' }, body: {} }],
  [
    'a secondary limit without headers',
    {
      kind: 'status',
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' },
    },
  ],
  ['403 by a proxy', { kind: 'status', status: 403, headers: HTML, body: '<html>Forbidden</html>' }],
  ['404 by a proxy', { kind: 'status', status: 404, headers: HTML, body: '<html>Not Found</html>' }],
  ['a page', { kind: 'status', status: 200, headers: HTML, body: '<html>Sign in</html>' }],
  ['a status that is not its own', { kind: 'status', status: 200, body: {} }],
  ['a refusal of the application', { kind: 'status', status: 401, body: {} }],
  ['a redirect', { kind: 'status', status: 308, headers: { location: '/github.com/elsewhere' }, body: '' }],
  ['no answer', { kind: 'hang' }],
] as const)(
  'a revocation at a disconnect that the provider answers with %s is tried again until it succeeds',
  async (_name, fault) => {
    const scene = await startScheduler(fault.kind === 'hang' ? { times: shorterCalls(2_000) } : {});
    await scene.addApp('github', EMULATED_APPS.github);
    const id = await connect(scene, 'octo-ada');
    scene.emulators.injectFault({ ...fault, path: GRANT } as never);
    const answered = await remove(scene, id);
    expect([answered.status, answered.json.data.revocation]).toEqual([200, 'pending']);
    expect(scene.emulators.calls({ path: '/elsewhere' })).toEqual([]);
    expect(await pending(scene)).toMatchObject([{ failures: 1, lease_id: null }]);
    await dueNow(scene);
    await untilNonePending(scene);
    expect(endGrants(scene, 'octo-ada')).toBe(0);

    const outcomes = (await journeyOf(scene, id)).map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 3)).toEqual(['grant_revoked', 'grant_pending', 'disconnected']);
    const lines = scene.log.of('grant.revocation');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['pending', 'revoked']);
    const { body } = await scene.service.app.inject('/metrics');
    for (const outcome of ['pending', 'revoked']) {
      expect(body).toContain(
        `hookline_scheduler_grant_revocations_total{provider="github",outcome="${outcome}",service="scheduler"} 1`,
      );
    }
  },
);

test('a revocation is stored before the provider is asked, and another replica takes over that of a dead one', async () => {
  const scene = await startScheduler({ times: shorterCalls(4_000) });
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  scene.emulators.injectFault({ kind: 'hang', path: GRANT });
  const removing = remove(scene, id);
  await until(() => scene.emulators.calls({ path: GRANT }).length === 1);
  expect(await pending(scene)).toMatchObject([{ failures: 0, lease_id: expect.any(String) }]);
  // The replica that has the lease is dead, and its lease ends.
  await scene.asOwner("update grant_revocations set lease_id = 'dead', due_at = hookline_now()");
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  // The first replica was not dead: what it learns late changes nothing.
  expect((await removing).status).toBe(200);
  const outcomes = (await journeyOf(scene, id)).map(({ outcome }) => outcome);
  expect(outcomes.slice(0, 2)).toEqual(['grant_revoked', 'disconnected']);
});

test('a revocation that did not succeed for a day is given up, and its journey says what a person can do', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  scene.emulators.injectFault({ kind: 'status', status: 503, path: GRANT, body: {}, times: 10 });
  expect((await remove(scene, id)).json.data.revocation).toBe('pending');
  await scene.asOwner("update grant_revocations set ends_at = hookline_now() - interval '1 second'");
  await dueNow(scene);
  await untilNonePending(scene);
  const [entry] = await journeyOf(scene, id);
  expect(entry).toMatchObject({
    outcome: 'grant_gave_up',
    text: expect.stringContaining('in the settings of the account at the provider'),
  });
  expect(scene.log.of('grant.revocation').at(-1)).toMatchObject({ outcome: 'gave_up', connectionId: id });
});

test('a grant that has ended before is not asked for again', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  endGrants(scene, 'octo-ada');
  expect((await remove(scene, id)).json.data.revocation).toBe('refused');
  expect(await pending(scene)).toEqual([]);
  const [entry] = await journeyOf(scene, id);
  expect(entry?.text).toContain('has probably ended before');
});

/** An account that is connected by a GitHub App, whose tokens are refreshed. Nothing but the test uses its tokens. */
async function importRefreshed(scene: SchedulerScene): Promise<string> {
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const { refreshToken } = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const made = await scene.call('POST', '/api/connections', { body: { provider: 'github', refreshToken } });
  await scene.asOwner("update connection_tasks set paused_reason = 'test'");
  await until(
    async () => (await scene.asOwner('select from connection_tasks where lease_id is not null')).length === 0,
  );
  return made.json.data.id;
}

test('a grant whose access token has ended is revoked by a new one', async () => {
  const scene = await startScheduler();
  const id = await importRefreshed(scene);
  scene.emulators.github.expireAccessTokens({ account: 'octo-ada' });
  // The token address fails: the revocation waits, and is not taken for refused.
  scene.emulators.injectFault({
    kind: 'status',
    status: 500,
    grantType: 'refresh_token',
    body: {},
    times: 1_000,
  });
  expect((await remove(scene, id)).json.data.revocation).toBe('pending');
  scene.emulators.clearFaults();
  await dueNow(scene);
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
});

test('a connection that is deleted during a refresh leaves no grant: the tokens that come late are revoked', async () => {
  const scene = await startScheduler();
  const id = await importRefreshed(scene);
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_500 });
  const refreshing = scene.call('POST', `/api/connections/${id}/refresh`);
  // The provider has exchanged the token, and its answer is on the way.
  await until(() => scene.emulators.calls({ grantType: 'refresh_token' }).length === 2);
  expect((await remove(scene, id)).json.data.revocation).toBe('pending');
  expect((await refreshing).status).toBe(404);
  await until(async () => (await journeyOf(scene, id)).some(({ outcome }) => outcome === 'grant_revoked'));
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  expect(await scene.asOwner('select from connection_tokens')).toEqual([]);
  // The tokens from before the refresh are of no use any more.
  await dueNow(scene);
  await untilNonePending(scene);
});

test('a connection that is deleted during a refresh that fails leaves no grant: the earlier tokens are revoked', async () => {
  const scene = await startScheduler({ times: { ...TEST_TIMES, tokens: { exchangeMs: 5_000 } } });
  const id = await importRefreshed(scene);
  scene.emulators.github.expireAccessTokens({ account: 'octo-ada' });
  scene.emulators.injectFault({ kind: 'hang', grantType: 'refresh_token' });
  const refreshing = scene.call('POST', `/api/connections/${id}/refresh`);
  await until(() => scene.emulators.calls({ grantType: 'refresh_token' }).length === 2);
  expect((await remove(scene, id)).json.data.revocation).toBe('pending');
  const [row] = await scene.asOwner<{ wait: number }>(
    'select extract(epoch from due_at - hookline_now())::float8 as wait from grant_revocations',
  );
  expect(row?.wait).toBeGreaterThan(20);
  // The lease of the refresh ends by itself; the test does not wait for it.
  await dueNow(scene);
  await untilNonePending(scene);
  expect(endGrants(scene, 'octo-ada')).toBe(0);
  expect((await refreshing).status).toBe(404);
}, 60_000);

test('both tokens of Slack are revoked, and Spotify, which has no revocation, says so', async () => {
  const scene = await startScheduler();
  await scene.addApp('slack', EMULATED_CLIENTS.slack, { userScopes: ['search:read'] });
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const slack = factsOf(await scene.connect('slack', { returnUrl: RETURN }))['connection'] ?? '';
  const spotify = factsOf(await scene.connect('spotify', { returnUrl: RETURN }))['connection'] ?? '';
  const tokens: string[] = [];
  for (const kind of ['bot', 'user']) {
    tokens.push((await scene.call('GET', `/api/connections/${slack}/token?kind=${kind}`)).json.data.token);
  }
  expect((await remove(scene, slack)).json.data.revocation).toBe('revoked');
  for (const token of tokens)
    expect(scene.emulators.slack.inspectToken({ token })).toMatchObject({ alive: false });
  expect((await remove(scene, spotify)).json.data.revocation).toBe('not_supported');
  expect(await pending(scene)).toEqual([]);
});

test('an application is not deleted while grants are still to be revoked with its secret', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  scene.emulators.injectFault({ kind: 'status', status: 500, path: GRANT, body: {} });
  await remove(scene, id);
  const path = `/api/oauth-apps/${appId}`;
  const refused = await scene.call('DELETE', path, { as: 'operator' });
  expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
  expect(refused.json.error).toContain('still to be revoked');
  await dueNow(scene);
  await untilNonePending(scene);
  expect((await scene.call('DELETE', path, { as: 'operator' })).status).toBe(200);
});

test('the journey of a deleted connection is there for its tenant alone, and the connection is not', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const id = await connect(scene, 'octo-ada');
  await remove(scene, id);
  const path = `/api/connections/${id}`;
  expect((await scene.call('GET', path)).status).toBe(404);
  expect((await scene.call('GET', `${path}/token`)).status).toBe(404);
  expect((await scene.call('GET', `${path}/journey`)).status).toBe(200);
  expect((await scene.call('GET', `${path}/journey`, { as: 'beta' })).status).toBe(404);
  expect((await remove(scene, id)).status).toBe(404);
});
