import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { readTasks } from './connection-rows.ts';
import { openEvents } from './read-events.ts';
import { EMULATED_APPS, factsOf, type SchedulerScene, startScheduler } from './support/start-scheduler.ts';

const RETURN = 'https://app.example.com/connected';

async function connect(scene: SchedulerScene, provider: keyof typeof EMULATED_APPS): Promise<string> {
  await scene.addApp(provider, EMULATED_APPS[provider]);
  return factsOf(await scene.connect(provider, { returnUrl: RETURN }))['connection'] ?? '';
}

/** The polls of a connection, once each of them has ended. */
const pollsOf = (scene: SchedulerScene, id: string) =>
  until(async () => {
    const { json } = await scene.call('GET', `/api/connections/${id}`);
    const { polls } = json.data;
    const haveEnded = polls.every(
      (poll: { lastOutcome: unknown; resting: unknown }) =>
        poll.lastOutcome !== null || poll.resting !== null,
    );
    return polls.length > 0 && haveEnded && polls;
  });

test('the polls of a new connection begin by themselves: each makes its baseline and shows when it is next due', async () => {
  const scene = await startScheduler();
  const polls: Record<string, string[]> = {
    github: ['notifications'],
    gmail: ['history'],
    youtube: ['likes', 'uploads'],
    spotify: ['recently-played'],
    discord: ['connections', 'guilds'],
  };
  for (const [provider, ids] of Object.entries(polls)) {
    const id = await connect(scene, provider as keyof typeof EMULATED_APPS);
    const shown = await pollsOf(scene, id);
    // Repositories in use at the time of the connection have polls of their own, which follow when they are listed.
    const ofAccount = shown.filter(({ resources }: { resources: number }) => resources === 0);
    expect([provider, ofAccount.map((poll: { id: string }) => poll.id)]).toEqual([provider, ids]);
    for (const poll of shown) {
      expect(poll).toMatchObject({
        lastOutcome: 'nothing_new',
        resting: null,
        quotaShare: null,
        lastError: null,
      });
      const waitMs = Date.parse(poll.nextAt) - Date.now();
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(poll.intervalSeconds * 1_000);
    }
  }
});

test('a poll that is asked for finds what is new, and a backfill what was there before', async () => {
  const scene = await startScheduler();
  const { spotify } = scene.emulators;
  spotify.addPlays({ account: 'listener-ada', plays: [{ trackId: 'before' }] });
  await scene.addApp('spotify', EMULATED_APPS.spotify);
  const back = await scene.connect('spotify', { returnUrl: RETURN }, { account: 'listener-ada' });
  const id = factsOf(back)['connection'] ?? '';
  await pollsOf(scene, id);
  const events = await openEvents(scene.nats.url);
  const tracks = async () =>
    (await events('acme'))
      .filter(({ attributes }) => attributes.type === 'spotify.track.played')
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).track.id);

  spotify.addPlays({ account: 'listener-ada', plays: [{ trackId: 'after' }] });
  const asked = await scene.call('POST', `/api/connections/${id}/poll`);
  expect([asked.status, asked.json]).toEqual([202, { data: { polls: 1 } }]);
  await until(async () => (await tracks()).length === 1);
  expect(await tracks()).toEqual(['after']);

  await scene.call('POST', `/api/connections/${id}/poll?backfill=true&poll=recently-played`);
  await until(async () => (await tracks()).length === 2);
  expect(await tracks()).toEqual(['after', 'before']);

  expect((await scene.call('POST', `/api/connections/${id}/poll?poll=other`)).text).toContain(
    'recently-played',
  );
  expect((await scene.call('POST', `/api/connections/${id}/poll`, { as: 'other' })).status).toBe(404);
  expect((await scene.call('POST', '/api/connections/con_none/poll')).status).toBe(404);
});

test('P5: a connection that is paused, changed and resumed goes on where it stopped', async () => {
  const scene = await startScheduler();
  const polls = "kind = 'poll'";
  const id = await connect(scene, 'spotify');
  await pollsOf(scene, id);
  const [before] = await readTasks(scene, polls);
  await scene.call('POST', `/api/connections/${id}/pause`);
  expect(await readTasks(scene, polls)).toMatchObject([
    { paused_reason: 'connection', cursor: before?.cursor },
  ]);
  const refused = await scene.call('POST', `/api/connections/${id}/poll`);
  expect([refused.status, refused.json.code, refused.json.details]).toEqual([
    409,
    'connection_unavailable',
    { status: 'paused', reason: 'requested' },
  ]);
  const changed = await scene.call('PATCH', `/api/connections/${id}`, {
    body: { settings: { intervals: { 'recently-played': 600 } } },
  });
  expect(changed.json.data.polls).toMatchObject([
    { intervalSeconds: 600, resting: { count: 1, reason: 'connection' } },
  ]);
  await scene.call('POST', `/api/connections/${id}/resume`);
  const [resumed] = await readTasks(scene, polls);
  expect(resumed).toMatchObject({
    paused_reason: null,
    interval_seconds: 600,
    cursor: before?.cursor,
    version: before?.version,
  });
  expect(resumed?.due_in).toBeLessThanOrEqual(300);
});

test('an account that is connected again keeps the settings of its connection: its polls keep their intervals', async () => {
  const scene = await startScheduler();
  const id = await connect(scene, 'spotify');
  await pollsOf(scene, id);
  await scene.call('PATCH', `/api/connections/${id}`, {
    body: { settings: { intervals: { 'recently-played': 600 } } },
  });
  const again = await scene.connect('spotify', { returnUrl: RETURN, connectionId: id });
  expect(factsOf(again)).toMatchObject({ connection: id, status: 'connected' });
  const { json } = await scene.call('GET', `/api/connections/${id}`);
  expect(json.data).toMatchObject({
    settings: { intervals: { 'recently-played': 600 } },
    polls: [{ id: 'recently-played', intervalSeconds: 600 }],
  });
});

test('a connection that is deleted leaves no work', async () => {
  const scene = await startScheduler();
  const id = await connect(scene, 'spotify');
  await pollsOf(scene, id);
  await scene.call('DELETE', `/api/connections/${id}`);
  expect(await readTasks(scene)).toEqual([]);
});

test('a connection whose only poll lacks a scope is degraded, and a call for the poll says which scope and where to grant it', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('spotify', EMULATED_APPS.spotify, { scopes: ['user-read-email'] });
  const back = await scene.connect('spotify', { returnUrl: RETURN });
  expect(factsOf(back)).toMatchObject({ status: 'degraded' });
  const id = factsOf(back)['connection'] ?? '';
  const path = `/api/connections/${id}`;
  const reconnect = { provider: 'spotify', connectionId: id };
  expect((await scene.call('GET', path)).json.data).toMatchObject({
    status: 'degraded',
    reason: 'missing_scope',
    message: expect.stringContaining('POST /api/connections/links'),
    scopes: { missing: [{ scopes: ['user-read-recently-played'] }], reconnect },
  });
  const asked = await scene.call('POST', `${path}/poll`);
  expect([asked.status, asked.json.code, asked.json.details.reconnect]).toEqual([
    409,
    'permission_missing',
    reconnect,
  ]);
  expect(asked.json.error).toContain('user-read-recently-played');

  for (const act of ['pause', 'resume']) await scene.call('POST', `${path}/${act}`);
  expect((await scene.call('GET', path)).json.data).toMatchObject({ reason: 'missing_scope' });
  const granted = await scene.connect('spotify', { returnUrl: RETURN, connectionId: id, appId });
  expect(factsOf(granted)).toMatchObject({ connection: id, status: 'connected' });
  expect((await scene.call('POST', `${path}/poll`)).json).toEqual({ data: { polls: 1 } });
});

test('resources that the account does not see are refused in a change, and shown where they were given at the connection', async () => {
  const scene = await startScheduler();
  await scene.addApp('github', EMULATED_APPS.github);
  const { github } = scene.emulators;
  github.createRepository({ repository: 'octo-ada/notes' });
  const { accessToken } = github.issueToken({
    clientId: EMULATED_APPS.github,
    account: 'octo-ada',
    scopes: ['repo'],
  });
  const made = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', accessToken, settings: { resources: ['octo-ada/nots'] } },
  });
  const path = `/api/connections/${made.json.data.id}`;
  const show = async () => (await scene.call('GET', path)).json.data;
  await until(async () => (await show()).reason === 'resources_not_found');
  expect(await show()).toMatchObject({ status: 'degraded' });
  const asked = await scene.call('POST', `${path}/poll?poll=repository-events`);
  expect([asked.status, asked.json.code, asked.json.details]).toEqual([
    409,
    'nothing_to_poll',
    { unknown: ['octo-ada/nots'] },
  ]);
  expect((await scene.call('POST', `${path}/poll?poll=notifications`)).json).toEqual({ data: { polls: 1 } });

  const change = (resources: string[] | null) =>
    scene.call('PATCH', path, { body: { settings: { resources } } });
  const refused = await change(['octo-ada/nots', 'octo-ada/note']);
  expect(refused.status).toBe(400);
  expect(refused.json.error).toContain(
    'has names that the account does not see: octo-ada/note: did you mean',
  );
  expect(refused.json.error).toContain('octo-ada/notes');
  expect((await change(['octo-ada/notes'])).status).toBe(200);
  await until(async () => (await show()).status === 'connected');
  expect((await scene.call('POST', `${path}/poll?poll=repository-events`)).json).toEqual({
    data: { polls: 1 },
  });
  // What is taken away is asked of nobody.
  scene.emulators.injectFault({ kind: 'status', provider: 'github', status: 503, times: 10 });
  expect((await change(null)).status).toBe(200);
  const unasked = await change(['octo-ada/other']);
  expect([unasked.status, unasked.json.code]).toEqual([503, 'provider_unavailable']);
});

test('resources of a service that has none are refused', async () => {
  const scene = await startScheduler();
  const id = await connect(scene, 'spotify');
  const body = { settings: { resources: ['a-playlist'] } };
  const refused = await scene.call('PATCH', `/api/connections/${id}`, { body });
  expect([refused.status, refused.json.error]).toEqual([
    400,
    'body/settings/resources must be absent: Spotify has nothing to choose from',
  ]);
});

test('a poll that keeps failing degrades its connection until it succeeds', async () => {
  const scene = await startScheduler();
  const id = await connect(scene, 'spotify');
  await pollsOf(scene, id);
  const show = async () => (await scene.call('GET', `/api/connections/${id}`)).json.data;
  scene.emulators.injectFault({ kind: 'status', path: 'recently-played', status: 500, times: 3 });
  for (let failures = 1; failures <= 3; failures++) {
    expect((await show()).status).toBe('connected');
    await scene.call('POST', `/api/connections/${id}/poll`);
    await until(
      async () => (await readTasks(scene, `kind = 'poll' and failures = ${failures}`)).length === 1,
    );
  }
  await until(async () => (await show()).status === 'degraded');
  expect(await show()).toMatchObject({ reason: 'poll_failing', polls: [{ lastOutcome: 'failed' }] });
  await scene.call('POST', `/api/connections/${id}/poll`);
  await until(async () => (await show()).status === 'connected');
  expect(await show()).toMatchObject({ reason: null, message: null });
});

test('a GitHub App that is installed nowhere is shown as that with the address to install it, until it is installed', async () => {
  const scene = await startScheduler();
  const clientId = EMULATED_CLIENTS.githubApp;
  await scene.addApp('github', clientId, { kind: 'github_app', slug: clientId });
  const { github, origins } = { github: scene.emulators.github, origins: scene.emulators.origins.github };
  const { accessToken } = github.issueToken({ clientId, account: 'octo-ben', scopes: [] });
  const imported = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', accessToken },
  });
  const { id } = imported.json.data;
  const show = async () => (await scene.call('GET', `/api/connections/${id}`)).json.data;
  await until(async () => (await show()).reason === 'app_not_installed');
  expect(await show()).toMatchObject({
    status: 'degraded',
    message: expect.stringContaining('is installed nowhere'),
    polls: [],
  });
  const poll = () => scene.call('POST', `/api/connections/${id}/poll`);
  expect([(await poll()).status, (await poll()).json.code]).toEqual([409, 'nothing_to_poll']);
  const { json } = await scene.call('GET', `/api/connections/${id}/journey`);
  const page = `${origins['https://github.com']}/apps/${clientId}/installations/new`;
  expect(json.data).toContainEqual(expect.objectContaining({ text: expect.stringContaining(page) }));

  github.createRepository({ repository: 'octo-ben/notes' });
  await github.install({ clientId, account: 'octo-ben', repositories: ['octo-ben/notes'] });
  await poll();
  await until(async () => (await show()).status === 'connected');
});
