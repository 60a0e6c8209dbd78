import { EMULATED_CLIENTS } from '@hookline/emulators';
import { internalHeaders } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { ORIGIN, TOKEN } from '../support/scheduler-options.ts';
import { cookieOf, EMULATED_APPS, factsOf, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/connected?x=1';
/** The one that is registered with the GitHub App. */
const CALLBACK = `${ORIGIN}/api/oauth/github/callback`;

test('each of the six platforms is connected by its consent page, and its account and scopes are shown', async () => {
  const scene = await startScheduler();
  for (const provider of Object.keys(EMULATED_APPS) as (keyof typeof EMULATED_APPS)[]) {
    await scene.addApp(provider, EMULATED_APPS[provider]);
    const back = await scene.connect(provider, { returnUrl: RETURN });
    expect([provider, back.status, back.headers['location']]).toEqual([
      provider,
      302,
      expect.stringContaining('connection=con_'),
    ]);
    const facts = factsOf(back);
    expect(facts).toMatchObject({ x: '1', status: 'connected' });
    const { json } = await scene.call('GET', `/api/connections/${facts['connection']}`);
    expect(json.data).toMatchObject({
      userId: 'acme',
      provider,
      status: 'connected',
      reason: null,
      account: { id: expect.stringMatching(/./) },
    });
    expect(json.data.scopes.missing).toEqual([]);
  }
  const { json } = await scene.call('GET', '/api/connections');
  expect(json.data).toHaveLength(6);
}, 60_000);

test('a callback connects only in the browser that started, once, within ten minutes, for its own provider', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  const begin = async () => {
    const started = await scene.call(
      'GET',
      `/api/oauth/github/start?returnUrl=${encodeURIComponent(RETURN)}`,
    );
    const callback = new URL(scene.emulators.consent(String(started.headers['location'])));
    return { cookie: cookieOf(started), path: `${callback.pathname}${callback.search}`, started };
  };
  const first = await begin();
  // The cookie is not readable for scripts, and is bound to the site.
  expect(String(first.started.headers['set-cookie'])).toMatch(
    /Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
  );
  const as = null;
  const otherBrowser = await begin();
  for (const cookie of ['', otherBrowser.cookie, `${first.cookie}x`, `${first.cookie}; ${first.cookie}`]) {
    const refused = await scene.call('GET', first.path, { as, cookie });
    expect([refused.status, refused.headers['location']]).toEqual([400, undefined]);
    expect(refused.text).toContain('another browser');
  }
  const elsewhere = first.path.replace('/github/', '/spotify/');
  const wrong = await scene.call('GET', elsewhere, { as, cookie: first.cookie });
  // The flow goes on at the callback of its own provider, so its cookie stays.
  expect([wrong.status, wrong.headers['set-cookie']]).toEqual([400, undefined]);
  expect(wrong.text).toContain('started for another provider');

  const back = await scene.call('GET', first.path, { as, cookie: first.cookie });
  expect(factsOf(back)).toMatchObject({ status: 'connected' });
  expect(back.headers['referrer-policy']).toBe('no-referrer');
  expect(back.headers['set-cookie']).toMatch(/Max-Age=0/);
  const again = await scene.call('GET', first.path, { as, cookie: first.cookie });
  expect([again.status, again.headers['location']]).toEqual([400, undefined]);

  const late = await begin();
  await scene.asOwner('update oauth_flows set expires_at = hookline_now()');
  const expired = await scene.call('GET', late.path, { as, cookie: late.cookie });
  expect(expired.text).toContain('ten minutes');
  expect(await scene.asOwner('select id from connections')).toHaveLength(1);
});

test('without a return address the answer is a page that loads nothing; texts of a stranger never get into it or into the log', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const started = await scene.call('GET', '/api/oauth/github/start');
  const state = new URL(String(started.headers['location'])).searchParams.get('state') ?? '';
  const attack = '<script>alert(1)</script>';
  const query = new URLSearchParams({ state, error: attack, error_description: attack });
  const page = await scene.call('GET', `/api/oauth/github/callback?${query}`, {
    as: null,
    cookie: cookieOf(started),
  });
  expect(page.status).toBe(400);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(page.headers['cache-control']).toBe('no-store');
  expect(page.text).not.toContain('script');
  expect(scene.log.text()).not.toContain('script');
  expect(scene.log.text()).not.toContain(state);
  const [flow] = await scene.asOwner<{ failed_reason: string }>('select failed_reason from oauth_flows');
  expect(flow?.failed_reason).toBe('provider_error');
});

test.each([307, 308])(
  'a redirect by %i of the token address or of the identity address is not followed with the secrets',
  async (status) => {
    const scene = await startScheduler();
    await scene.addApp('github', EMULATED_APPS.github);
    for (const [exactPath, error] of [
      ['github.com/login/oauth/access_token', 'exchange_failed'],
      ['api.github.com/user', 'identity_failed'],
    ] as const) {
      // Of the same origin, to which other calls follow a redirect.
      const headers = { location: '/github.com/elsewhere' };
      scene.emulators.injectFault({ kind: 'status', exactPath, status, headers, body: {} });
      const back = await scene.connect('github', { returnUrl: RETURN });
      expect(factsOf(back)).toMatchObject({ error });
    }
    expect(scene.emulators.calls({ path: '/elsewhere' })).toEqual([]);
    expect(await scene.asOwner('select from connections')).toEqual([]);
  },
);

test('a denial goes back to the application with access_denied', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const back = await scene.connect('github', { returnUrl: RETURN }, { approve: false });
  expect(factsOf(back)).toEqual({ x: '1', error: 'access_denied' });
});

test('a return address is https or loopback, and only a caller with a key can give one', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  for (const returnUrl of ['http://app.example.com/', 'javascript:alert(1)', '//evil.example/']) {
    const refused = await scene.call('GET', `/api/oauth/github/start?${new URLSearchParams({ returnUrl })}`);
    expect(refused.status).toBe(400);
  }
  const anonymous = await scene.call(
    'GET',
    `/api/oauth/github/start?${new URLSearchParams({ returnUrl: RETURN })}`,
    { as: null },
  );
  expect(anonymous.status).toBe(401);
});

test('a link connects one account of its tenant in a browser without a key, once', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const made = await scene.call('POST', '/api/connections/links', {
    body: { provider: 'github', returnUrl: RETURN },
    as: 'beta',
  });
  expect(made.status).toBe(201);
  const url = new URL(made.json.data.url);
  expect(url.origin).toBe(ORIGIN);
  const path = `${url.pathname}${url.search}`;
  const started = await scene.call('GET', path, { as: null });
  expect(started.status).toBe(302);
  const callback = new URL(scene.emulators.consent(String(started.headers['location'])));
  const back = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: cookieOf(started),
  });
  const { connection } = factsOf(back);
  expect((await scene.call('GET', `/api/connections/${connection}`, { as: 'beta' })).status).toBe(200);
  expect((await scene.call('GET', `/api/connections/${connection}`, { as: 'acme' })).status).toBe(404);
  expect((await scene.call('GET', path, { as: null })).status).toBe(410);
});

test('the gateway learns which key made a link that still works, and ends the link', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const makeLink = async () => {
    const made = await scene.call('POST', '/api/connections/links', { body: { provider: 'github' } });
    const url = new URL(made.json.data.url);
    return { path: `${url.pathname}${url.search}`, link: url.searchParams.get('link') ?? '' };
  };
  const makerOf = async (link: string) => {
    const body = { link };
    return await scene.call('POST', '/internal/connection-links/maker', { as: 'operator', body });
  };
  const [first, second] = [await makeLink(), await makeLink()];
  expect((await makerOf(first.link)).json.data).toEqual({ keyId: 'key_tenant' });
  const body = { link: first.link };
  expect((await scene.call('POST', '/internal/connection-links/end', { as: 'operator', body })).status).toBe(
    200,
  );
  expect((await makerOf(first.link)).json.data).toEqual({ keyId: null });
  expect((await makerOf('no-link')).json.data).toEqual({ keyId: null });
  expect((await scene.call('GET', first.path, { as: null })).status).toBe(410);
  // Another link of the same key goes on.
  expect((await scene.call('GET', second.path, { as: null })).status).toBe(302);
});

test.each(['a link', 'a key'])(
  'a flow that was begun with %s ends with its key: the browser gets the page of an ended link, and nothing is stored',
  async (beginning) => {
    const scene = await startScheduler();
    await scene.addApp('github', EMULATED_APPS.github);
    const begin = async () => {
      if (beginning === 'a key')
        return await scene.call(
          'GET',
          `/api/oauth/github/start?${new URLSearchParams({ returnUrl: RETURN })}`,
        );
      const made = await scene.call('POST', '/api/connections/links', {
        body: { provider: 'github', returnUrl: RETURN },
      });
      const { pathname, search } = new URL(made.json.data.url);
      return await scene.call('GET', `${pathname}${search}`, { as: null });
    };
    const ask = (operation: string, state: string) =>
      scene.call('POST', `/internal/connection-flows/${operation}`, { as: 'operator', body: { state } });
    const [ended, other] = [await begin(), await begin()];
    const callbackOf = ({ headers }: typeof ended) =>
      new URL(scene.emulators.consent(String(headers['location'])));
    const finish = ({ pathname, search }: URL, started: typeof ended) =>
      scene.call('GET', `${pathname}${search}`, { as: null, cookie: cookieOf(started) });

    const callback = callbackOf(ended);
    const state = callback.searchParams.get('state') ?? '';
    expect((await ask('maker', state)).json.data).toEqual({ keyId: 'key_tenant' });
    expect((await ask('end', state)).status).toBe(200);
    expect((await ask('maker', state)).json.data).toEqual({ keyId: null });
    expect((await ask('maker', 'no-state')).json.data).toEqual({ keyId: null });
    const page = await finish(callback, ended);
    expect([page.status, page.headers['location']]).toEqual([410, undefined]);
    expect(page.text).toContain('This link no longer works');
    expect(page.text).toContain('Ask for a new one');
    expect(scene.emulators.calls({ grantType: 'authorization_code' })).toEqual([]);
    expect(await scene.asOwner('select from connections')).toEqual([]);
    // Another flow of the same key goes on.
    expect(factsOf(await finish(callbackOf(other), other))).toMatchObject({ status: 'connected' });
  },
);

test('a page in place of the account is a fault of the provider, and not of the account', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  for (const status of [200, 302, 403]) {
    scene.emulators.injectFault({
      kind: 'status',
      exactPath: 'api.github.com/user',
      status,
      headers: { 'content-type': 'text/html' },
      body: '<html>Maintenance</html>',
      times: 3,
    });
    const back = await scene.connect('github', { returnUrl: RETURN });
    expect([status, factsOf(back)]).toEqual([status, { x: '1', error: 'provider_unavailable' }]);
  }
  expect(await scene.asOwner('select from connections')).toEqual([]);
});

test('an account whose id could only be stored in another form is not connected', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  for (const id of ['a\0b', 'a'.repeat(301)]) {
    scene.emulators.injectFault({
      kind: 'status',
      exactPath: 'api.github.com/user',
      status: 200,
      body: { id, login: 'x' },
    });
    expect(factsOf(await scene.connect('github', { returnUrl: RETURN }))).toMatchObject({
      error: 'identity_failed',
    });
  }
  expect(await scene.asOwner('select from connections')).toEqual([]);
});

test('a code that the provider refuses with unauthorized_client is a fault of the application', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  scene.emulators.injectFault({
    kind: 'status',
    status: 400,
    body: { error: 'unauthorized_client' },
    grantType: 'authorization_code',
  });
  const back = await scene.connect('github', { returnUrl: RETURN });
  expect(factsOf(back)).toMatchObject({ error: 'app_misconfigured' });
});

test('a return address is stored in its normal form', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const typed = 'HTTPS://App.Example.com:443/a/../done';
  const made = await scene.call('POST', '/api/connections/links', {
    body: { provider: 'github', returnUrl: typed },
  });
  expect(made.status).toBe(201);
  await scene.call('GET', `/api/oauth/github/start?${new URLSearchParams({ returnUrl: typed })}`);
  for (const table of ['connection_links', 'oauth_flows'])
    expect(await scene.asOwner(`select return_url from ${table}`)).toEqual([
      { return_url: 'https://app.example.com/done' },
    ]);
});

test('with several applications one is named, and a connection that is connected again takes its own', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  const testing = await scene.addApp('gmail', EMULATED_CLIENTS.googleTesting);
  const unnamed = await scene.call('GET', '/api/oauth/gmail/start');
  expect([unnamed.status, unnamed.json.code]).toEqual([400, 'invalid_request']);
  expect(unnamed.json.error).toContain(testing);
  const { connection = '' } = factsOf(await scene.connect('gmail', { returnUrl: RETURN, appId: testing }));
  const again = await scene.connect('gmail', { returnUrl: RETURN, connectionId: connection });
  expect(factsOf(again)).toMatchObject({ connection, status: 'connected' });
  const link = await scene.call('POST', '/api/connections/links', {
    body: { provider: 'gmail', connectionId: connection },
  });
  expect(link.status).toBe(201);
});

test('PKCE with S256 is used where the provider supports it, and Slack is asked without it', async () => {
  const scene = await startScheduler();
  for (const provider of ['github', 'gmail', 'slack'] as const)
    await scene.addApp(provider, EMULATED_APPS[provider]);
  const parametersOf = async (provider: string) => {
    const { headers } = await scene.call('GET', `/api/oauth/${provider}/start`);
    return Object.fromEntries(new URL(String(headers['location'])).searchParams);
  };
  for (const provider of ['github', 'gmail']) {
    expect(await parametersOf(provider)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${ORIGIN}/api/oauth/${provider}/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
  }
  expect(await parametersOf('slack')).not.toHaveProperty('code_challenge');
});

test('another account on connecting again is a conflict, and the connection keeps its own', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_APPS.gmail);
  const { connection = '' } = factsOf(
    await scene.connect('gmail', { returnUrl: RETURN }, { account: 'ada@example.com' }),
  );
  const other = await scene.connect(
    'gmail',
    { returnUrl: RETURN, connectionId: connection },
    { account: 'ben@example.com' },
  );
  expect(factsOf(other)).toEqual({ x: '1', error: 'account_mismatch' });
  const page = await scene.connect('gmail', { connectionId: connection }, { account: 'ben@example.com' });
  expect(page.status).toBe(409);
  const { json } = await scene.call('GET', `/api/connections/${connection}`);
  expect(json.data).toMatchObject({ account: { id: 'ada@example.com' }, status: 'connected' });
  const same = await scene.connect('gmail', { returnUrl: RETURN, connectionId: connection });
  expect(factsOf(same)).toMatchObject({ connection, status: 'connected' });
  // The same account, without naming its connection, is the same connection.
  const unnamed = await scene.connect('gmail', { returnUrl: RETURN }, { account: 'ada@example.com' });
  expect(factsOf(unnamed)).toMatchObject({ connection });
});

test('V5: an unticked scope is kept as missing, names what rests and the link to grant it; granting it ends that', async () => {
  const scene = await startScheduler();
  await scene.addApp('discord', EMULATED_APPS.discord, { scopes: ['identify', 'guilds'] });
  const { connection = '' } = factsOf(await scene.connect('discord', { returnUrl: RETURN }));
  const before = (await scene.call('GET', `/api/connections/${connection}`)).json.data;
  expect(before).toMatchObject({
    status: 'degraded',
    reason: 'missing_scope',
    scopes: {
      requested: ['identify', 'guilds'],
      granted: ['identify', 'guilds'],
      missing: [{ scopes: ['connections'], pauses: ['connections'] }],
    },
  });
  const made = await scene.call('POST', '/api/connections/links', {
    body: { ...before.scopes.reconnect, returnUrl: RETURN },
  });
  const { pathname, search } = new URL(made.json.data.url);
  const started = await scene.call('GET', `${pathname}${search}`, { as: null });
  const callback = new URL(scene.emulators.consent(String(started.headers['location'])));
  const back = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: cookieOf(started),
  });
  expect(factsOf(back)).toMatchObject({ connection });
  const after = (await scene.call('GET', `/api/connections/${connection}`)).json.data;
  expect(after).toMatchObject({ status: 'connected', reason: null });
  expect(after.scopes).toMatchObject({ missing: [], reconnect: null });
  expect(after.scopes.granted).toEqual(expect.arrayContaining(['identify', 'guilds', 'connections']));
});

test('R17: connecting again after the grant died works at once, and is told as recovered', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const token = (await scene.call('GET', `/api/connections/${connection}/token`)).json.data.token;
  scene.emulators.spotify.revokeGrants({});
  await scene.call('POST', `/api/connections/${connection}/refresh`);
  // The pause before the second try is over.
  await scene.asOwner('update connection_tokens set refresh_due_at = hookline_now()');
  await until(async () => {
    await scene.call('POST', `/api/connections/${connection}/refresh`);
    return (await scene.call('GET', `/api/connections/${connection}`)).json.data.status === 'needs_reauth';
  });
  const dead = await scene.call('GET', `/api/connections/${connection}/token`);
  expect([dead.status, dead.json.code, dead.json.details]).toEqual([
    409,
    'connection_unavailable',
    { status: 'needs_reauth', reason: 'invalid_grant' },
  ]);
  expect((await scene.call('POST', `/api/connections/${connection}/resume`)).status).toBe(409);
  const back = await scene.connect('spotify', { returnUrl: RETURN, connectionId: connection });
  expect(factsOf(back)).toMatchObject({ connection, status: 'connected' });
  const fresh = (await scene.call('GET', `/api/connections/${connection}/token`)).json.data.token;
  expect(fresh).not.toBe(token);
  expect(scene.emulators.spotify.inspectToken({ token: fresh })).toMatchObject({ alive: true });
});

test('R7: a grant that arrives during a refresh stays, and the late answer to the old grant is dropped', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_500 });
  const refreshing = scene.call('POST', `/api/connections/${connection}/refresh`);
  await until(
    async () =>
      (await scene.asOwner('select from connection_tokens where lease_id is not null')).length === 1,
  );
  await scene.connect('spotify', { returnUrl: RETURN, connectionId: connection });
  const granted = (await scene.call('GET', `/api/connections/${connection}/token`)).json.data.token;
  await refreshing;
  const { json } = await scene.call('GET', `/api/connections/${connection}/token`);
  expect(json.data.token).toBe(granted);
  const [row] = await scene.asOwner<{ generation: number }>('select generation from connection_tokens');
  expect(row?.generation).toBe(2);
});

test('a provider whose tokens always expire and that gave no refresh token is degraded, and says how to connect for good', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_APPS.gmail);
  const started = await scene.call('GET', `/api/oauth/gmail/start?returnUrl=${encodeURIComponent(RETURN)}`);
  const location = new URL(String(started.headers['location']));
  // Google leaves the refresh token out if the request does not ask for offline access.
  location.searchParams.delete('access_type');
  const callback = new URL(scene.emulators.consent(location.href));
  const back = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: cookieOf(started),
  });
  const { connection } = factsOf(back);
  expect((await scene.call('GET', `/api/connections/${connection}`)).json.data).toMatchObject({
    status: 'degraded',
    reason: 'no_refresh_token',
    message:
      'The provider gave no refresh token, so the access ends with the access token. Connect the account again, with offline access',
    tokens: [{ nextRefreshAt: null }],
  });
  // Its token works until it ends.
  expect((await scene.call('GET', `/api/connections/${connection}/token`)).status).toBe(200);
  // A consent with offline access ends it.
  const again = await scene.connect('gmail', { returnUrl: RETURN, connectionId: connection ?? '' });
  expect(factsOf(again)).toMatchObject({ connection, status: 'connected' });
});

test('a person who unticks the permission that shows whose account it is is told which one, and connects by ticking it', async () => {
  const scene = await startScheduler();
  for (const [provider, scope] of [
    ['gmail', 'https://www.googleapis.com/auth/gmail.readonly'],
    ['youtube', 'https://www.googleapis.com/auth/youtube.readonly'],
  ] as const) {
    await scene.addApp(provider, EMULATED_APPS[provider]);
    const back = await scene.connect(provider, { returnUrl: RETURN }, { scopes: ['openid'] });
    expect(factsOf(back)).toEqual({ x: '1', error: 'permission_missing', missing: scope });
    const page = await scene.connect(provider, {}, { scopes: ['openid'] });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(scope)]);
    const { connection = '', status } = factsOf(await scene.connect(provider, { returnUrl: RETURN }));
    expect(status).toBe('connected');
    // The consent that is refused takes nothing from a connection.
    const again = await scene.connect(
      provider,
      { returnUrl: RETURN, connectionId: connection },
      { scopes: ['openid'] },
    );
    expect(factsOf(again)).toMatchObject({ error: 'permission_missing' });
    const path = `/api/connections/${connection}`;
    const { token } = (await scene.call('GET', `${path}/token`)).json.data;
    expect(scene.emulators.google.inspectToken({ token })).toMatchObject({ alive: true });
    expect((await scene.call('GET', path)).json.data).toMatchObject({ status: 'connected' });
  }
  // Also where the provider says it only when it is asked.
  const { accessToken } = scene.emulators.google.issueToken({
    clientId: EMULATED_APPS.gmail,
    account: 'ada@example.com',
    scopes: ['openid'],
  });
  const imported = await scene.call('POST', '/api/connections', { body: { provider: 'gmail', accessToken } });
  expect([imported.status, imported.json.code]).toEqual([422, 'grant_refused']);
  expect(imported.json.error).toContain('gmail.readonly');
});

test('with install=true a person chooses where a GitHub App is installed, and the callback connects with the installation', async () => {
  const scene = await startScheduler();
  const clientId = EMULATED_CLIENTS.githubApp;
  await scene.addApp('github', clientId, { slug: clientId, kind: 'github_app' });
  scene.emulators.github.changeApplication({ clientId, redirectUris: [CALLBACK] });
  scene.emulators.github.createRepository({ repository: 'octo-ada/notes' });
  const started = await scene.call(
    'GET',
    `/api/oauth/github/start?${new URLSearchParams({ returnUrl: RETURN, install: 'true' })}`,
  );
  expect(started.status).toBe(302);
  const location = new URL(String(started.headers['location']));
  expect(location.pathname).toMatch(new RegExp(`/apps/${clientId}/installations/new$`));
  // GitHub begins the authorization itself: it gets the state and nothing else.
  expect([...location.searchParams.keys()]).toEqual(['state']);

  const page = await fetch(location);
  expect(await page.text()).toContain('octo-ada/notes');
  const decided = await fetch(new URL('decision', location), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      state: location.searchParams.get('state') ?? '',
      account: 'octo-ada',
      repository: 'octo-ada/notes',
    }),
  });
  const callback = new URL(decided.headers.get('location') ?? '');
  const installationId = callback.searchParams.get('installation_id') ?? '';
  expect(installationId).toMatch(/^\d+$/);
  const back = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: cookieOf(started),
  });
  const { connection } = factsOf(back);
  expect((await scene.call('GET', `/api/connections/${connection}`)).json.data).toMatchObject({
    status: 'connected',
    account: { name: 'octo-ada' },
  });
  const [row] = await scene.asOwner<{ identity: Record<string, string> }>('select identity from connections');
  expect(row?.identity).toMatchObject({ installationId });
});

test('an id of an installation in the callback that the person does not have is refused', async () => {
  const scene = await startScheduler();
  const clientId = EMULATED_CLIENTS.githubApp;
  await scene.addApp('github', clientId, { slug: clientId });
  scene.emulators.github.changeApplication({ clientId, redirectUris: [CALLBACK] });
  const started = await scene.call(
    'GET',
    `/api/oauth/github/start?${new URLSearchParams({ returnUrl: RETURN, install: 'true' })}`,
  );
  const location = new URL(String(started.headers['location']));
  const decided = await fetch(new URL('decision', location), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ state: location.searchParams.get('state') ?? '', account: 'octo-ada' }),
  });
  const callback = new URL(decided.headers.get('location') ?? '');
  callback.searchParams.set('installation_id', '99999999');
  const back = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: cookieOf(started),
  });
  expect(factsOf(back)).toEqual({ x: '1', error: 'installation_mismatch' });
  expect(await scene.asOwner('select from connections')).toEqual([]);
});

test('a look at a link or a callback does not use it up, and their queries hold no NUL', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('github', EMULATED_APPS.github);
  const makeLink = async () => {
    const made = await scene.call('POST', '/api/connections/links', { body: { provider: 'github' } });
    const { pathname, search } = new URL(made.json.data.url);
    return `${pathname}${search}`;
  };
  const path = await makeLink();
  for (const method of ['HEAD', 'OPTIONS'] as const) {
    const headers = internalHeaders(TOKEN, { role: 'operator', keyId: 'key_operator' });
    const looked = await scene.service.app.inject({ method, url: path, headers });
    expect(looked.statusCode).toBe(404);
  }
  expect((await scene.call('GET', path, { as: null })).status).toBe(302);

  for (const name of ['returnUrl', 'appId', 'connectionId', 'link', 'userId']) {
    const odd = await scene.call('GET', `/api/oauth/github/start?${name}=https://a.example/%00`);
    expect([name, odd.status]).toEqual([name, 400]);
  }
  const callback = await scene.call('GET', '/api/oauth/github/callback?state=a%00&code=b', { as: null });
  expect(callback.status).toBe(400);

  const late = await makeLink();
  await scene.call('DELETE', `/api/oauth-apps/${appId}`, { as: 'operator' });
  const page = await scene.call('GET', late, { as: null });
  expect([page.status, page.headers['content-type']]).toEqual([410, 'text/html; charset=utf-8']);
  expect(page.text).toContain('This link no longer works');
});
