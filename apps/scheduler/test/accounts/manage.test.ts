import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { environmentAppId } from '../../src/accounts/environment-apps.ts';
import { createReauthReminderJob } from '../../src/accounts/reauth-reminder-job.ts';
import { createAnnouncer } from '../../src/status/announcer.ts';
import { logger } from '../harness.ts';
import { type Answer, cookieOf, EMULATED_APPS, factsOf, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/';

test('an account is imported by a refresh token, which is exchanged at once, or by an access token', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_CLIENTS.githubApp, { kind: 'github_app' });
  const issued = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const made = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', refreshToken: issued.refreshToken },
  });
  expect([made.status, made.json.data.status, made.json.data.account]).toEqual([
    201,
    'connected',
    { id: '1001', name: 'octo-ada' },
  ]);
  expect(made.text).not.toContain('emulated-access');
  const used = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', refreshToken: issued.refreshToken },
  });
  // The answer to the first import may have been lost.
  expect([used.status, used.json.data.id]).toEqual([201, made.json.data.id]);

  const personal = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ben',
    scopes: [],
  });
  const byToken = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', accessToken: personal.accessToken },
  });
  expect(byToken.json.data).toMatchObject({
    account: { name: 'octo-ben' },
    tokens: [{ nextRefreshAt: null }],
  });
  expect((await scene.call('POST', '/api/connections', { body: { provider: 'github' } })).status).toBe(400);
  for (const odd of ['a\0b', 'a\r\nb', 'a\u007f']) {
    for (const body of [{ accessToken: odd }, { refreshToken: odd }]) {
      const refused = await scene.call('POST', '/api/connections', { body: { provider: 'github', ...body } });
      expect(refused.status).toBe(400);
    }
    for (const body of [
      { clientId: odd, clientSecret: 's' },
      { clientId: 'c', clientSecret: odd },
    ]) {
      const refused = await scene.call('POST', '/api/oauth-apps', { body: { provider: 'github', ...body } });
      expect(refused.status).toBe(400);
    }
  }
  const wrong = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', accessToken: 'not-a-token' },
  });
  expect([wrong.status, wrong.json.code]).toEqual([422, 'grant_refused']);
});

test('a token is handed out with no-store, refreshed if it must be valid for longer, and each hand-out is recorded', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}/token`;
  const answer = await scene.call('GET', path);
  expect(answer.headers['cache-control']).toBe('no-store');
  const { token } = answer.json.data;
  expect(scene.emulators.spotify.inspectToken({ token })).toMatchObject({ alive: true });
  await scene.asOwner("update connection_tokens set expires_at = hookline_now() + interval '20 minutes'");
  expect((await scene.call('GET', `${path}?minValidSeconds=600`)).json.data.token).toBe(token);
  expect((await scene.call('GET', `${path}?minValidSeconds=1500`)).json.data.token).not.toBe(token);
  const tooLong = await scene.call('GET', `${path}?minValidSeconds=4000`);
  expect([tooLong.status, tooLong.json.error]).toEqual([400, expect.stringContaining('3600')]);
  expect((await scene.call('GET', path, { as: 'beta' })).status).toBe(404);
  const journey = (await scene.call('GET', `/api/connections/${connection}/journey`)).json.data;
  const handed = journey.filter(({ kind }: { kind: string }) => kind === 'token');
  expect(handed).toHaveLength(3);
  expect(JSON.stringify(journey)).not.toContain(token);
});

test('the grant is withdrawn with the last connection of an account, and the other tenant is not harmed before', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  const connect = async (tenant: string) =>
    factsOf(await scene.connect('gmail', { returnUrl: RETURN }, { account: 'ada@example.com' }, tenant))[
      'connection'
    ] ?? '';
  const [mine, other] = [await connect('acme'), await connect('beta')];
  const token = (await scene.call('GET', `/api/connections/${other}/token`, { as: 'beta' })).json.data.token;
  expect((await scene.call('DELETE', `/api/connections/${mine}`)).status).toBe(200);
  expect((await scene.call('GET', `/api/connections/${mine}`)).status).toBe(404);
  expect(scene.emulators.calls({ path: '/revoke' })).toEqual([]);
  expect(scene.emulators.google.inspectToken({ token })).toMatchObject({ alive: true });
  expect((await scene.call('DELETE', `/api/connections/${other}`, { as: 'beta' })).status).toBe(200);
  expect(scene.emulators.calls({ path: '/revoke' })).toHaveLength(1);
  expect(scene.emulators.google.inspectToken({ token })).toMatchObject({ alive: false });
  expect(await scene.asOwner('select from connection_tokens')).toEqual([]);
});

test('applications of two tenants with the same client share a grant; one that never got a token of it does not', async () => {
  const scene = await startScheduler();
  const addOwn = async (as: string, provider: string, clientSecret: string, origins: object) => {
    const body = { provider, clientId: `emulated-${provider}-app`, clientSecret, settings: { origins } };
    return (await scene.call('POST', '/api/oauth-apps', { as, body })).json.data.id as string;
  };
  const { discord } = scene.emulators.origins;
  for (const tenant of ['acme', 'beta']) await addOwn(tenant, 'discord', DEFAULT_CLIENT_SECRET, discord);
  const connect = async (tenant: string) =>
    factsOf(await scene.connect('discord', { returnUrl: RETURN }, { account: 'gamer-ada' }, tenant))[
      'connection'
    ] ?? '';
  const ids = [await connect('acme'), await connect('beta')];
  const stranger = await addOwn('stranger', 'discord', 'not-the-secret', discord);
  const path = `/api/connections/${ids[1]}/token`;
  const { token } = (await scene.call('GET', path, { as: 'beta' })).json.data;
  const body = { provider: 'discord', appId: stranger, accessToken: token };
  expect((await scene.call('POST', '/api/connections', { as: 'stranger', body })).status).toBe(201);
  await scene.call('DELETE', `/api/connections/${ids[0]}`);
  expect(scene.emulators.discord.inspectToken({ token })).toMatchObject({ alive: true });
  await scene.call('DELETE', `/api/connections/${ids[1]}`, { as: 'beta' });
  expect(scene.emulators.discord.inspectToken({ token })).toMatchObject({ alive: false });
});

test('tokens that do not expire share a grant if the provider has shown with the secret that they are of the client', async () => {
  const scene = await startScheduler();
  const { github, origins } = { github: scene.emulators.github, origins: scene.emulators.origins.github };
  const addOwn = async (as: string, clientSecret = DEFAULT_CLIENT_SECRET) => {
    const body = { provider: 'github', clientId: EMULATED_APPS.github, clientSecret, settings: { origins } };
    return (await scene.call('POST', '/api/oauth-apps', { as, body })).json.data.id as string;
  };
  for (const tenant of ['acme', 'beta']) await addOwn(tenant);
  const connect = async (tenant: string) =>
    factsOf(await scene.connect('github', { returnUrl: RETURN }, { account: 'octo-ada' }, tenant))[
      'connection'
    ] ?? '';
  const importToken = async (as: string, appId: string) => {
    const { accessToken } = github.issueToken({
      clientId: EMULATED_APPS.github,
      account: 'octo-ada',
      scopes: [],
    });
    const body = { provider: 'github', appId, accessToken };
    return (await scene.call('POST', '/api/connections', { as, body })).json.data.id as string;
  };
  const remove = (as: string, id: string) => scene.call('DELETE', `/api/connections/${id}`, { as });
  const ids = { acme: await connect('acme'), beta: await connect('beta') };
  const { token } = (await scene.call('GET', `/api/connections/${ids.beta}/token`, { as: 'beta' })).json.data;
  const gamma = await importToken('gamma', await addOwn('gamma'));
  await importToken('stranger', await addOwn('stranger', 'not-the-secret'));

  await remove('acme', ids.acme);
  expect(github.inspectToken({ token })).toMatchObject({ alive: true });
  await remove('beta', ids.beta);
  expect(github.inspectToken({ token })).toMatchObject({ alive: true });
  await remove('gamma', gamma);
  expect(github.inspectToken({ token })).toMatchObject({ alive: false });
});

test('Gmail is disconnected without withdrawing the grant while YouTube is connected by the same client', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  await scene.addApp('youtube', EMULATED_CLIENTS.google);
  const gmail = factsOf(await scene.connect('gmail', { returnUrl: RETURN }))['connection'] ?? '';
  const youtube = factsOf(await scene.connect('youtube', { returnUrl: RETURN }))['connection'] ?? '';
  await scene.call('DELETE', `/api/connections/${gmail}`);
  const { token } = (await scene.call('GET', `/api/connections/${youtube}/token`)).json.data;
  expect(scene.emulators.google.inspectToken({ token })).toMatchObject({ alive: true });
  await scene.call('DELETE', `/api/connections/${youtube}`);
  expect(scene.emulators.google.inspectToken({ token })).toMatchObject({ alive: false });
});

test('of the connections of one Google client only those of the same person keep a grant from being withdrawn', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  await scene.addApp('youtube', EMULATED_CLIENTS.google);
  const connect = async (provider: 'gmail' | 'youtube', account: string) =>
    factsOf(await scene.connect(provider, { returnUrl: RETURN }, { account }))['connection'] ?? '';
  const tokenOf = async (connection: string) =>
    (await scene.call('GET', `/api/connections/${connection}/token`)).json.data.token as string;
  const isAlive = (token: string) => {
    const found = scene.emulators.google.inspectToken({ token });
    return found.known && found.alive;
  };
  const [adasMail, bensChannel, bensMail] = [
    await connect('gmail', 'ada@example.com'),
    await connect('youtube', 'ben@example.com'),
    await connect('gmail', 'ben@example.com'),
  ];
  const [adas, bens] = [await tokenOf(adasMail), await tokenOf(bensChannel)];
  await scene.call('DELETE', `/api/connections/${adasMail}`);
  expect([isAlive(adas), isAlive(bens)]).toEqual([false, true]);
  await scene.call('DELETE', `/api/connections/${bensMail}`);
  expect(isAlive(bens)).toBe(true);
});

test('a grant of an unknown person is kept while another service of Google is connected by the same client', async () => {
  const scene = await startScheduler();
  await scene.addApp('gmail', EMULATED_CLIENTS.google);
  await scene.addApp('youtube', EMULATED_CLIENTS.google);
  // The provider does not tell who gives the grant.
  scene.emulators.injectFault({ kind: 'status', path: '/tokeninfo', status: 400, times: 10 });
  const mail = factsOf(await scene.connect('gmail', { returnUrl: RETURN }))['connection'] ?? '';
  const channel = factsOf(
    await scene.connect('youtube', { returnUrl: RETURN }, { account: 'ben@example.com' }),
  )['connection'];
  expect(await scene.asOwner('select from connections where person_id is null')).toHaveLength(2);
  await scene.call('DELETE', `/api/connections/${mail}`);
  expect(scene.emulators.calls({ path: '/revoke' })).toEqual([]);
  await scene.call('DELETE', `/api/connections/${channel}`);
  expect(scene.emulators.calls({ path: '/revoke' })).toHaveLength(1);
});

test('Slack gives a bot and a user token, and both are refreshed', async () => {
  const scene = await startScheduler();
  await scene.addApp('slack', EMULATED_CLIENTS.slack, { userScopes: ['search:read'] });
  const { connection = '' } = factsOf(await scene.connect('slack', { returnUrl: RETURN }));
  const before = (await scene.call('GET', `/api/connections/${connection}`)).json.data;
  expect(before.tokens).toMatchObject([
    { kind: 'bot', generation: 1 },
    { kind: 'user', generation: 1 },
  ]);
  expect(before.settings.values).toMatchObject({ teamId: expect.stringMatching(/^T/) });
  const after = (await scene.call('POST', `/api/connections/${connection}/refresh`)).json.data;
  expect(after.tokens).toMatchObject([{ generation: 2 }, { generation: 2 }]);
  for (const kind of ['bot', 'user']) {
    const { token } = (await scene.call('GET', `/api/connections/${connection}/token?kind=${kind}`)).json
      .data;
    expect(scene.emulators.slack.inspectToken({ token })).toMatchObject({ alive: true, kind });
  }
});

test('a connection is paused and resumed by a call, and its settings are changed by merging', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  expect((await scene.call('POST', `${path}/pause`)).json.data).toMatchObject({
    status: 'paused',
    reason: 'requested',
  });
  const [resting] = await scene.asOwner<{ paused_reason: string }>(
    "select paused_reason from connection_tasks where kind = 'poll'",
  );
  expect(resting?.paused_reason).toBe('connection');
  expect((await scene.call('POST', `${path}/resume`)).json.data).toMatchObject({
    status: 'connected',
    reason: null,
  });
  const changed = await scene.call('PATCH', path, {
    body: { settings: { intervals: { 'recently-played': 600 } } },
  });
  expect(changed.json.data.settings).toMatchObject({ intervals: { 'recently-played': 600 } });
  const [task] = await scene.asOwner<{ interval_seconds: number }>(
    "select interval_seconds from connection_tasks where kind = 'poll'",
  );
  expect(task?.interval_seconds).toBe(600);
  const unknown = await scene.call('PATCH', path, { body: { settings: { intervals: { plays: 600 } } } });
  expect(unknown.status).toBe(400);
});

test('a paused connection hands out its token, and one whose grant has ended does not', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  await scene.call('POST', `${path}/pause`);
  const { token } = (await scene.call('GET', `${path}/token`)).json.data;
  expect(scene.emulators.spotify.inspectToken({ token })).toMatchObject({ alive: true });
  // Also one that must be refreshed first.
  await scene.asOwner("update connection_tokens set expires_at = hookline_now() - interval '1 second'");
  const next = (await scene.call('GET', `${path}/token`)).json.data.token;
  expect(next).not.toBe(token);
  for (const status of ['needs_reauth', 'revoked']) {
    await scene.asOwner('update connections set status = $1', [status]);
    const refused = await scene.call('GET', `${path}/token`);
    expect([status, refused.status, refused.json.code]).toEqual([status, 409, 'connection_unavailable']);
  }
});

test('a list of resources that cannot be asked for says whether the connection or the provider is the cause', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const { connection = '' } = factsOf(await scene.connect('github', { returnUrl: RETURN }));
  const list = () => scene.call('GET', `/api/connections/${connection}/resources`);
  expect((await list()).status).toBe(200);
  // The polls of the connection meet it too.
  scene.emulators.injectFault({ kind: 'status', path: 'api.github.com', status: 502, body: {}, times: 100 });
  const failed = await list();
  expect([failed.status, failed.json.code]).toEqual([503, 'provider_unavailable']);
  expect(failed.json.error).toContain('502');
  await scene.asOwner("update connections set status = 'needs_reauth', reason = 'invalid_grant'");
  const refused = await list();
  expect([refused.status, refused.json.code]).toEqual([409, 'connection_unavailable']);
});

test('while the provider refuses the application, calls for tokens name the application and what to do', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  scene.emulators.injectFault({ kind: 'invalid-client', times: 10 });
  const refused = [await scene.call('POST', `${path}/refresh`), await scene.call('POST', `${path}/refresh`)];
  // The access token is good until it ends.
  expect((await scene.call('GET', `${path}/token`)).status).toBe(200);
  await scene.asOwner("update connection_tokens set expires_at = hookline_now() - interval '1 second'");
  refused.push(await scene.call('GET', `${path}/token`));
  const { refreshToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ben',
    scopes: [],
  });
  const body = { provider: 'spotify', refreshToken };
  refused.push(await scene.call('POST', '/api/connections', { body }));
  for (const { status, json } of refused) {
    expect([status, json.code, json.details.appId]).toEqual([409, 'app_misconfigured', appId]);
    expect(json.error).toContain(`/api/oauth-apps/${appId}/doctor`);
  }
});

test('a connection that a person paused stays paused when its application was faulty and is repaired meanwhile', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const connect = async (account: string) =>
    factsOf(await scene.connect('spotify', { returnUrl: RETURN }, { account }))['connection'] ?? '';
  const [restsByRequest, works] = [await connect('listener-ada'), await connect('listener-ben')];
  const show = async (id: string) => (await scene.call('GET', `/api/connections/${id}`)).json.data;
  await scene.call('POST', `/api/connections/${restsByRequest}/pause`);
  scene.emulators.injectFault({ kind: 'invalid-client', times: 1_000 });
  await scene.call('POST', `/api/connections/${works}/refresh`);
  expect(await show(works)).toMatchObject({ status: 'paused', reason: 'app_misconfigured' });
  const both = await show(restsByRequest);
  expect(both).toMatchObject({ status: 'paused', reason: 'requested' });
  expect(both.message).toMatch(/^Paused by a call.*The provider refuses the OAuth application itself/s);

  scene.emulators.clearFaults();
  const body = { clientSecret: DEFAULT_CLIENT_SECRET };
  await scene.call('PATCH', `/api/oauth-apps/${appId}`, { as: 'operator', body });
  expect(await show(works)).toMatchObject({ status: 'connected', reason: null });
  // Within five minutes, although the connection that noticed the fault was to try again in an hour.
  const [token] = await scene.asOwner<{ due_in: number }>(
    'select extract(epoch from refresh_due_at - hookline_now())::float8 as due_in from connection_tokens where connection_id = $1',
    [works],
  );
  expect(token?.due_in).toBeLessThanOrEqual(300);
  expect(await show(restsByRequest)).toMatchObject({ status: 'paused', reason: 'requested' });
  const resting = await scene.asOwner(
    "select from connection_tasks where connection_id = $1 and paused_reason = 'connection'",
    [restsByRequest],
  );
  expect(resting.length).toBeGreaterThan(0);
  await scene.call('POST', `/api/connections/${restsByRequest}/resume`);
  expect(await show(restsByRequest)).toMatchObject({ status: 'connected', reason: null });
});

test('applications: of a tenant and of the installation, secrets never shown, those of the environment changed there', async () => {
  const secret = 'a-secret-of-the-environment';
  const scene = await startScheduler({
    environmentAppSecrets: new Map([
      ['github env-id', { provider: 'github', clientId: 'env-id', clientSecret: secret, settings: {} }],
    ]),
  });
  const id = environmentAppId('github', 'env-id');
  const shown = await scene.call('GET', `/api/oauth-apps/${id}`);
  expect(shown.json.data).toMatchObject({ source: 'environment', userId: null, clientId: 'env-id' });
  expect(shown.text).not.toContain(secret);
  for (const method of ['PATCH', 'DELETE'] as const) {
    const body = method === 'PATCH' ? { body: { name: 'x' } } : {};
    expect((await scene.call(method, `/api/oauth-apps/${id}`, body)).status).toBe(403);
    expect((await scene.call(method, `/api/oauth-apps/${id}`, { ...body, as: 'operator' })).status).toBe(409);
  }
  const own = await scene.call('POST', '/api/oauth-apps', {
    body: { provider: 'github', clientId: 'own', clientSecret: 'own-secret' },
  });
  expect(own.json.data).toMatchObject({ userId: 'acme', source: 'api' });
  expect(own.text).not.toContain('own-secret');
  expect((await scene.call('GET', `/api/oauth-apps/${own.json.data.id}`, { as: 'beta' })).status).toBe(404);
  const lists = await Promise.all(['acme', 'beta'].map((as) => scene.call('GET', '/api/oauth-apps', { as })));
  expect(lists.map(({ json }) => json.data.length)).toEqual([2, 1]);
  const bad = await scene.call('POST', '/api/oauth-apps', {
    body: { provider: 'stripe', clientId: 'x', clientSecret: 'y' },
  });
  expect(bad.status).toBe(400);
  expect((await scene.call('DELETE', `/api/oauth-apps/${own.json.data.id}`)).status).toBe(200);
});

test('no change of settings takes what the provider told of the account', async () => {
  const scene = await startScheduler();
  await scene.addApp('youtube', EMULATED_CLIENTS.google);
  const { connection } = factsOf(await scene.connect('youtube', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  const told = (await scene.call('GET', path)).json.data.settings.values;
  expect(told).toMatchObject({ channelId: expect.stringMatching(/./) });
  for (const settings of [null, { values: null }, { values: { channelId: null } }]) {
    const changed = await scene.call('PATCH', path, { body: { settings } });
    expect([changed.status, changed.json.data.settings.values]).toEqual([200, told]);
  }
});

test('the origins of an application stay while an account is connected that was asked for there, and change only with the secret', async () => {
  const scene = await startScheduler();
  const { origins } = scene.emulators;
  const made = await scene.call('POST', '/api/oauth-apps', {
    body: {
      provider: 'spotify',
      clientId: EMULATED_CLIENTS.spotify,
      clientSecret: DEFAULT_CLIENT_SECRET,
      settings: { origins: origins.spotify },
    },
  });
  const path = `/api/oauth-apps/${made.json.data.id}`;
  const { connection } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  for (const settings of [null, { origins: null }, { origins: { 'https://api.spotify.com': null } }]) {
    const refused = await scene.call('PATCH', path, { body: { settings } });
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
  }
  expect((await scene.call('PATCH', path, { body: { settings: { scopes: [] } } })).status).toBe(200);
  await scene.call('DELETE', `/api/connections/${connection}`);
  const withoutSecret = await scene.call('PATCH', path, { body: { settings: { origins: null } } });
  expect([withoutSecret.status, withoutSecret.json.code, withoutSecret.json.details]).toEqual([
    422,
    'credentials_required',
    [{ path: 'body/clientSecret', message: 'must be given again' }],
  ]);
  const withSecret = { settings: { origins: null }, clientSecret: DEFAULT_CLIENT_SECRET };
  expect((await scene.call('PATCH', path, { body: withSecret })).status).toBe(200);
});

test('origins that are changed while a person is at the provider get neither the code nor the tokens', async () => {
  const scene = await startScheduler();
  const origins = scene.emulators.origins.spotify;
  const addApp = async () => {
    const body = {
      provider: 'spotify',
      clientId: EMULATED_CLIENTS.spotify,
      clientSecret: DEFAULT_CLIENT_SECRET,
      settings: { origins },
    };
    return (await scene.call('POST', '/api/oauth-apps', { body })).json.data.id as string;
  };
  const path = `/api/oauth-apps/${await addApp()}`;
  const moved = Object.fromEntries(
    Object.keys(origins).map((origin) => [origin, `${scene.emulators.url}/elsewhere`]),
  );
  const moveTo = (to: object) =>
    scene.call('PATCH', path, {
      body: { settings: { origins: to }, clientSecret: DEFAULT_CLIENT_SECRET },
    });
  const move = () => moveTo(moved);
  const callback = async (started: Answer) => {
    const address = new URL(scene.emulators.consent(String(started.headers['location'])));
    return () =>
      scene.call('GET', `${address.pathname}${address.search}`, { as: null, cookie: cookieOf(started) });
  };
  const start = () => scene.call('GET', `/api/oauth/spotify/start?returnUrl=${RETURN}`);

  // Before the code is exchanged.
  const back = await callback(await start());
  expect((await move()).status).toBe(200);
  expect(factsOf(await back())).toMatchObject({ error: 'app_changed' });
  expect(scene.emulators.calls({ path: '/elsewhere' })).toEqual([]);

  // While the code is being exchanged.
  expect((await moveTo(origins)).status).toBe(200);
  const again = await callback(await start());
  scene.emulators.injectFault({ kind: 'slow-body', path: '/api/token', delayMs: 1_000 });
  const answered = again();
  await until(() => scene.emulators.calls({ path: '/api/token' }).length === 1);
  expect((await move()).status).toBe(200);
  expect(factsOf(await answered)).toMatchObject({ error: 'app_changed' });
  expect(scene.emulators.calls({ path: '/elsewhere' })).toEqual([]);
  expect(await scene.asOwner('select from connections')).toEqual([]);
});

test('an application is not deleted while an account is being connected by it', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  scene.emulators.injectFault({ kind: 'slow-body', path: '/v1/me', delayMs: 1_000 });
  const { accessToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: ['user-read-recently-played'],
  });
  const body = { provider: 'spotify', appId, accessToken };
  const importing = scene.call('POST', '/api/connections', { body });
  await until(() => scene.emulators.calls({ path: '/v1/me' }).length === 1);
  const path = `/api/oauth-apps/${appId}`;
  const [deleted, imported] = await Promise.all([scene.call('DELETE', path, { as: 'operator' }), importing]);
  expect([deleted.status, imported.status, imported.json.code]).toEqual([200, 409, 'conflict']);
  expect(await scene.asOwner('select from connections')).toEqual([]);
});

test('the end of a consent is announced 30, 7 and 1 day before, each once', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const shown = (await scene.call('GET', `/api/connections/${connection}`)).json.data;
  const days = (Date.parse(shown.consentEndsAt) - Date.parse(shown.consentAt)) / 86_400_000;
  expect(Math.round(days)).toBe(180);
  // The service has looked at its start, and does not look again: each of the following runs is the test's.
  await until(
    async () =>
      await scene
        .asOwner(
          "update jobs set run_at = now() + interval '1 year' where name = 'reauth-reminders' and runs = 1 returning name",
        )
        .then(({ length }) => length === 1),
  );
  const database = scene.openDatabase();
  const announcer = createAnnouncer({ database, logger, events: { publish: async () => {} } });
  const job = createReauthReminderJob(database, announcer);
  const announced = async () => {
    const result = await job.run(new AbortController().signal);
    const [row] = await scene.asOwner<{ days: number | null }>(
      'select announced_days as days from connections',
    );
    return [result, row?.days];
  };
  expect(await announced()).toEqual([{ announced: 0 }, null]);
  for (const [left, count, step] of [
    ['20 days', 1, 30],
    ['19 days', 0, 30],
    ['6 days', 1, 7],
    ['20 hours', 1, 1],
  ] as const) {
    await scene.asOwner(`update connections set consent_ends_at = hookline_now() + interval '${left}'`);
    expect(await announced()).toEqual([{ announced: count }, step]);
  }
});

test('a call for a refresh is answered 200 only if new tokens are stored, and otherwise says why and when', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const refresh = () => scene.call('POST', `/api/connections/${connection}/refresh`);
  const calls = () => scene.emulators.calls({ grantType: 'refresh_token' }).length;
  const fault = (answer: object) =>
    scene.emulators.injectFault({ ...answer, grantType: 'refresh_token', times: 1 } as never);
  expect((await refresh()).status).toBe(200);

  fault({ kind: 'status', status: 500, body: {} });
  const failed = await refresh();
  expect([failed.status, failed.json.code]).toEqual([503, 'provider_unavailable']);
  expect(failed.json.details.reason).toBe('provider_unavailable');
  expect(failed.json.error).toContain('the provider answered 500');
  expect(Number(failed.headers['retry-after'])).toBeGreaterThan(5);

  fault({ kind: 'status', status: 429, headers: { 'retry-after': '1800' }, body: {} });
  const limited = await refresh();
  expect([limited.status, limited.json.details.reason]).toEqual([503, 'rate_limited']);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(1_700);
  // The provider asked for a pause: it is not called again.
  const before = calls();
  const again = await refresh();
  expect([again.status, again.json.details.reason]).toEqual([503, 'rate_limited']);
  expect(Number(again.headers['retry-after'])).toBeGreaterThan(1_700);
  expect(calls()).toBe(before);

  await scene.asOwner(
    `update connection_tokens set refresh_not_before = null, refresh_due_at = hookline_now() + interval '40 s',
       lease_id = 'dead', lease_until = hookline_now() + interval '40 s'`,
  );
  const leased = await refresh();
  expect([leased.status, leased.json.details.reason]).toEqual([503, 'refresh_under_way']);
  expect(Number(leased.headers['retry-after'])).toBeLessThan(41);
  await scene.asOwner('update connection_tokens set lease_until = hookline_now()');
  expect((await refresh()).status).toBe(200);

  await scene.asOwner('update connection_tokens set refresh_sealed = null, refresh_due_at = null');
  const none = await refresh();
  expect([none.status, none.json.code]).toEqual([409, 'connection_unavailable']);
}, 60_000);

test('a refresh token that is refused for the first time is told as 409, with the time of the second try', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  scene.emulators.injectFault({ kind: 'invalid-grant', grantType: 'refresh_token' });
  const refused = await scene.call('POST', `${path}/refresh`);
  const { tokens } = (await scene.call('GET', path)).json.data;
  const { nextRefreshAt } = tokens[0];
  expect([refused.status, refused.json.code, refused.json.details]).toEqual([
    409,
    'refresh_refused',
    { status: 'refreshing', reason: 'invalid_grant_once', nextRefreshAt },
  ]);
  expect(refused.json.error).toContain(`asks once more, at ${nextRefreshAt}`);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);
  // A second call does not ask the provider, and the access token is good until it ends or is refused.
  const again = await scene.call('POST', `${path}/refresh`);
  expect([again.status, again.json.code]).toEqual([409, 'refresh_refused']);
  expect((await scene.call('GET', `${path}/token`)).status).toBe(200);
  await scene.asOwner(
    'update connection_tokens set refused_generation = generation, refused_at = hookline_now()',
  );
  const withheld = await scene.call('GET', `${path}/token`);
  expect([withheld.status, withheld.json.code, withheld.json.details]).toEqual([
    409,
    'refresh_refused',
    refused.json.details,
  ]);
  expect(scene.emulators.calls({ grantType: 'refresh_token' })).toHaveLength(1);
});

test('an access token that lives for seconds is handed out, and refreshed by itself once a minute at most', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  scene.emulators.spotify.changeApplication({ clientId: EMULATED_CLIENTS.spotify, accessTokenSeconds: 20 });
  const { connection = '', status } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  expect(status).toBe('degraded');
  const path = `/api/connections/${connection}`;
  const shown = (await scene.call('GET', path)).json.data;
  expect(shown).toMatchObject({ status: 'degraded', reason: 'short_lived_token' });
  expect(shown.message).toContain('once a minute at most');
  const untilRefreshMs = Date.parse(shown.tokens[0].nextRefreshAt) - Date.parse(shown.consentAt);
  expect(untilRefreshMs).toBeGreaterThan(50_000);
  // The freshest token there is: refreshed for the call, if it has ended.
  await scene.asOwner('update connection_tokens set expires_at = hookline_now()');
  const fresh = await scene.call('GET', `${path}/token`);
  expect(fresh.status).toBe(200);
  expect(scene.emulators.spotify.inspectToken({ token: fresh.json.data.token })).toMatchObject({
    alive: true,
  });
  const tooLong = await scene.call('GET', `${path}/token?minValidSeconds=60`);
  expect([tooLong.status, tooLong.json.details[0].path]).toEqual([400, 'querystring/minValidSeconds']);
});

test('a misspelt provider and a setting without effect are refused, and name what is meant', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  for (const refused of [
    await scene.call('GET', '/api/connections?provider=githup'),
    await scene.call('GET', '/api/oauth-apps?provider=githup'),
    await scene.call('POST', '/api/connections/bulk', {
      body: { action: 'pause', filter: { provider: 'githup' } },
    }),
  ]) {
    expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
    expect(refused.json.error).toContain('did you mean github');
  }
  expect((await scene.call('GET', '/api/connections?provider=spotify')).status).toBe(200);

  const create = (settings: object) =>
    scene.call('POST', '/api/oauth-apps', {
      body: { provider: 'spotify', clientId: 'another', clientSecret: 's', settings },
    });
  for (const [name, value] of Object.entries({
    kind: 'github_app',
    slug: 'an-app',
    topic: 'projects/p/topics/t',
    userScopes: ['x'],
    distribution: 'internal',
  })) {
    const refused = await create({ [name]: value });
    expect([name, refused.status, refused.json.details]).toEqual([
      name,
      400,
      [{ path: `body/settings/${name}`, message: 'must be absent: Spotify does not use it' }],
    ]);
  }
  const wrongOrigin = await create({ origins: { 'https://accounts.spotify.com': 'http://999.999.1.1' } });
  expect([wrongOrigin.status, wrongOrigin.json.details[0].path]).toEqual([
    400,
    'body/settings/origins/https:~1~1accounts.spotify.com',
  ]);
  const values = await scene.call('POST', '/api/connections/links', {
    body: { provider: 'spotify', settings: { values: { channelId: 'c' } } },
  });
  expect([values.status, values.json.details[0].path]).toEqual([400, 'body/settings/values']);
  expect(values.json.error).toContain('need no values');
});

test('a cursor of another list is refused', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  for (const account of ['listener-ada', 'listener-ben'])
    await scene.connect('spotify', { returnUrl: RETURN }, { account });
  const { nextCursor } = (await scene.call('GET', '/api/connections?limit=1')).json.page;
  expect((await scene.call('GET', `/api/connections?cursor=${nextCursor}`)).json.data).toHaveLength(1);
  for (const list of ['schedules', 'oauth-apps', 'webhooks/list', 'connections/bulk-jobs']) {
    const refused = await scene.call('GET', `/api/${list}?cursor=${nextCursor}`);
    expect([list, refused.status, refused.json.code]).toEqual([list, 400, 'invalid_request']);
    expect(refused.json.error).toContain(
      'querystring/cursor must be the `nextCursor` of a page of this list',
    );
  }
});

test('what does not exist is named in the answer', async () => {
  const scene = await startScheduler();
  for (const [path, text] of [
    ['/api/connections/con_none', 'Connection not found'],
    ['/api/connections/con_none/reconciliation', 'Connection not found'],
    ['/api/connections/con_none/resources', 'Connection not found'],
    ['/api/schedules/sch_none', 'Schedule not found'],
    ['/api/oauth-apps/oap_none', 'OAuth application not found'],
    ['/api/oauth-apps/oap_none/pushes', 'OAuth application not found'],
  ]) {
    const { status, json } = await scene.call('GET', path ?? '');
    expect([path, status, json.error]).toEqual([path, 404, text]);
  }
});

test('a connection shows until when a refresh under way must have ended', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  const shown = async () => (await scene.call('GET', `/api/connections/${connection}`)).json.data.tokens[0];
  expect(await shown()).toMatchObject({ refreshingUntil: null });
  await scene.asOwner(
    "update connection_tokens set lease_id = 'dead', lease_until = hookline_now() + interval '20 s'",
  );
  const [row] = await scene.asOwner<{ lease_until: Date }>('select lease_until from connection_tokens');
  expect(await shown()).toMatchObject({ refreshingUntil: row?.lease_until.toISOString() });
  await scene.asOwner('update connection_tokens set lease_until = hookline_now()');
  expect(await shown()).toMatchObject({ refreshingUntil: null });
});

test('events that the provider does not have are refused when they are saved, with the list of the possible ones', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  const { connection = '' } = factsOf(await scene.connect('github', { returnUrl: RETURN }));
  const patch = (events: string[] | null) =>
    scene.call('PATCH', `/api/connections/${connection}`, { body: { settings: { events } } });
  const link = (provider: string, events: string[]) =>
    scene.call('POST', '/api/connections/links', { body: { provider, settings: { events } } });
  for (const [events, text] of [
    [['*'], 'GitHub does not have: *. Possible are branch_protection'],
    [['push', 'pull_requests'], 'pull_requests: did you mean pull_request?'],
    [['github.push'], 'workflow_run'],
  ] as const) {
    for (const refused of [await patch([...events]), await link('github', [...events])]) {
      expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
      expect(refused.json.details).toEqual([
        { path: 'body/settings/events', message: expect.stringContaining(text) },
      ]);
    }
  }
  expect((await patch(['push', 'workflow_job'])).json.data.settings.events).toEqual(['push', 'workflow_job']);
  expect((await patch(null)).json.data.settings).not.toHaveProperty('events');
  expect((await link('spotify', ['played'])).json.error).toContain('Spotify has no events to choose from');
});

test("an origin in place of a provider's is http only on a private address, and is checked when it is changed", async () => {
  const scene = await startScheduler();
  const create = (to: string, clientId: string) =>
    scene.call('POST', '/api/oauth-apps', {
      body: {
        provider: 'github',
        clientId,
        clientSecret: 's',
        settings: { origins: { 'https://github.com': to } },
      },
    });
  for (const [index, to] of [
    'http://93.184.215.14',
    'http://93.184.215.14:9377',
    'http://[2606:4700::1111]',
  ].entries()) {
    const refused = await create(to, `public-${index}`);
    expect([to, refused.status]).toEqual([to, 400]);
    expect(refused.json.error).toContain('must be https');
  }
  for (const [index, to] of ['http://127.0.0.1:9377', 'http://10.0.0.5', 'https://93.184.215.14'].entries())
    expect([to, (await create(to, `right-${index}`)).status]).toEqual([to, 201]);

  const { id } = (await create('http://127.0.0.1:1', 'stored')).json.data;
  const origins = { 'https://github.com': 'http://93.184.215.14' };
  await scene.asOwner('update oauth_apps set settings = $2 where id = $1', [id, JSON.stringify({ origins })]);
  const patch = (body: object) => scene.call('PATCH', `/api/oauth-apps/${id}`, { body });
  expect((await patch({ name: 'renamed' })).status).toBe(200);
  const changed = await patch({ settings: { origins: { 'https://github.com': 'http://93.184.215.15' } } });
  expect(changed.status).toBe(400);
});

test('an origin that the service does not have is refused with the list of its origins, and so is an unknown value', async () => {
  const scene = await startScheduler();
  const refused = await scene.call('POST', '/api/oauth-apps', {
    body: {
      provider: 'spotify',
      clientId: 'own',
      clientSecret: 's',
      settings: { origins: { 'https://example.org': 'http://127.0.0.1:9377' } },
    },
  });
  expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
  expect(refused.json.error).toContain('https://accounts.spotify.com');
  expect(refused.json.error).toContain('https://api.spotify.com');
  await scene.addApp('youtube', EMULATED_CLIENTS.google);
  const { connection } = factsOf(await scene.connect('youtube', { returnUrl: RETURN }));
  const path = `/api/connections/${connection}`;
  const change = (values: object) => scene.call('PATCH', path, { body: { settings: { values } } });
  // A placeholder of another service.
  const unknown = await change({ pageId: '1' });
  expect([unknown.status, unknown.json.code]).toEqual([400, 'invalid_request']);
  expect(unknown.json.error).toContain('channelId');
  // What a read answers may be written.
  const { values } = (await scene.call('GET', path)).json.data.settings;
  expect((await change(values)).status).toBe(200);
});

test('a provider that repeats the token in its refusal of an import does not make it visible', async () => {
  const scene = await startScheduler();
  // Of the tenant itself: it takes a token of any application.
  const { origins } = scene.emulators;
  await scene.call('POST', '/api/oauth-apps', {
    body: {
      provider: 'github',
      clientId: 'own',
      clientSecret: 'own-secret',
      settings: { origins: origins.github },
    },
  });
  const accessToken = 'a-planted-token';
  const message = `bad token ${accessToken}\r\n${'x'.repeat(1_000)}`;
  scene.emulators.injectFault({
    kind: 'status',
    // The doctor examines the new application at the same time, and calls the provider too.
    exactPath: 'api.github.com/user',
    status: 403,
    body: { message },
  } as never);
  const refused = await scene.call('POST', '/api/connections', { body: { provider: 'github', accessToken } });
  expect([refused.status, refused.json.code]).toEqual([422, 'grant_refused']);
  expect(refused.json.error).toContain('bad token …');
  expect(refused.text).not.toContain(accessToken);
  expect(refused.json.error.length).toBeLessThan(400);
});
