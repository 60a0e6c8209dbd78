import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';

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
