import { DEFAULT_CLIENT_SECRET, DEFAULT_SIGNING_SECRET } from '@hookline/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionScene, type Decide, eventually, startConnectionScene } from '../../src/index.ts';

type Provider = 'github' | 'slack' | 'discord';

interface StoredEvent {
  id: string;
  payload: Record<string, unknown>;
}
interface Connection {
  status: string;
  reason: string | null;
}

let scene: ConnectionScene;

beforeAll(async () => {
  scene = await startConnectionScene();
});
afterAll(() => scene?.stop());

const call = <T>(method: string, path: string, body?: object) => scene.system.call<T>(method, path, body);
const redirectUrisOf = (provider: Provider) => [
  `${scene.system.stack.urls.gateway}/api/oauth/${provider}/callback`,
];

/** An application of the installation whose pushes are received. */
async function createApp(provider: Provider, clientId: string, secret: string, settings: object = {}) {
  const { id: appId } = await call<{ id: string }>('POST', '/api/oauth-apps', {
    provider,
    clientId,
    clientSecret: DEFAULT_CLIENT_SECRET,
    settings: { origins: scene.emulators.origins[provider], ...settings },
  });
  const { url } = await call<{ url: string }>('PUT', `/api/oauth-apps/${appId}/pushes`, { secret });
  return { appId, url };
}

/** The consent of a person on the provider's page. */
const consentOf =
  (account: string): Decide =>
  (location) =>
    scene.emulators.consent(location, { account });

/** Waits until pushes with that key find the connection. */
async function waitForRoute(connectionId: string, accountKey: string): Promise<void> {
  await eventually(async () => {
    const [row] = await scene.rows(
      'select from connection_routes where connection_id = $1 and account_key = $2',
      [connectionId, accountKey],
    );
    return row;
  }, `the key ${accountKey} of the connection`);
}

const connectionOf = (tenant: string, id: string) =>
  call<Connection>('GET', `/api/connections/${id}?userId=${tenant}`);

/** Waits for the status and for the event that tells it. */
async function expectTold(
  { tenant, id }: { tenant: string; id: string },
  type: 'connection.revoked' | 'connection.paused' | 'connection.recovered',
  expected: Connection,
): Promise<void> {
  await eventually(async () => {
    const { status } = await connectionOf(tenant, id);
    return status === expected.status || undefined;
  }, `the status ${expected.status} of ${tenant}`);
  expect(await connectionOf(tenant, id)).toMatchObject(expected);
  const [event] = await eventually(async () => {
    const events = await call<StoredEvent[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=${type}`);
    return events.length > 0 ? events : undefined;
  }, `the event ${type} of ${tenant}`);
  const { payload } = await call<StoredEvent>('GET', `/api/webhook-events/${event?.id}?userId=${tenant}`);
  expect(payload).toMatchObject({ connectionId: id, ...expected });
}

const eventsOf = (tenant: string, type: string, count: number) =>
  eventually(async () => {
    const events = await call<StoredEvent[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=${type}`);
    return events.length >= count ? events : undefined;
  }, `${count} events ${type} of ${tenant}`);

test('a GitHub App that a person installs pushes to each tenant of that person, until the installation is suspended or deleted', async () => {
  const { github } = scene.emulators;
  const clientId = 'e2e-github-app';
  const { appId, url } = await createApp('github', clientId, 'emulated-webhook-secret', {
    kind: 'github_app',
    slug: clientId,
  });
  const webhook = { url, secret: 'emulated-webhook-secret' };
  const redirectUris = redirectUrisOf('github');
  await github.createApplication({ clientId, kind: 'github-app', webhook, redirectUris });
  await github.createRepository({ repository: 'octo-ada/installed' });
  await github.createRepository({ repository: 'octo-ada/other' });

  // The page of the installation leads through the consent to the callback.
  let installationId = '';
  const first = await scene.consent('github', { userId: 'app-a', appId, install: true }, async (page) => {
    const { location } = await github.installByPage({
      url: page,
      account: 'octo-ada',
      repositories: ['octo-ada/installed'],
    });
    installationId = new URL(location).searchParams.get('installation_id') ?? '';
    return location;
  });
  const [stored] = await scene.rows<{ identity: unknown }>('select identity from connections where id = $1', [
    first,
  ]);
  expect(stored?.identity).toMatchObject({ installationId });
  const second = await scene.consent('github', { userId: 'app-b', appId }, consentOf('octo-ada'));
  const connections = [
    { tenant: 'app-a', id: first },
    { tenant: 'app-b', id: second },
  ];
  for (const { id } of connections) await waitForRoute(id, `installation:${installationId}`);

  await github.act({ repository: 'octo-ada/installed', kind: 'push' });
  for (const { tenant } of connections) expect(await eventsOf(tenant, 'github.push', 1)).toHaveLength(1);

  // With another installation, the connection is of use without this one.
  const other = await github.install({ clientId, account: 'octo-ada', repositories: ['octo-ada/other'] });
  for (const { id } of connections) await waitForRoute(id, `installation:${other.id}`);
  await github.uninstall({ id: other.id });
  for (const { tenant, id } of connections) {
    await eventsOf(tenant, 'github.installation.deleted', 1);
    expect(await connectionOf(tenant, id)).toMatchObject({ status: 'connected', reason: null });
  }

  const id = Number(installationId);
  await github.suspendInstallation({ id, suspended: true });
  const paused = { status: 'paused', reason: 'suspended_at_provider' };
  for (const each of connections) await expectTold(each, 'connection.paused', paused);
  const [running] = await scene.rows<{ count: string }>(
    'select count(*) from connection_tasks where connection_id = any($1) and paused_reason is null',
    [connections.map((each) => each.id)],
  );
  expect(running?.count).toBe('0');
  await github.suspendInstallation({ id, suspended: false });
  for (const each of connections)
    await expectTold(each, 'connection.recovered', { status: 'connected', reason: null });
  await github.act({ repository: 'octo-ada/installed', kind: 'push' });
  for (const { tenant } of connections) expect(await eventsOf(tenant, 'github.push', 2)).toHaveLength(2);

  await github.uninstall({ id });
  const revoked = { status: 'revoked', reason: 'installation_deleted' };
  for (const each of connections) await expectTold(each, 'connection.revoked', revoked);
});

test('a person who takes the authorization of a GitHub App back ends the connections of that person at once', async () => {
  const { github } = scene.emulators;
  const clientId = 'e2e-github-authorized';
  const settings = { kind: 'github_app', slug: clientId };
  const { appId, url } = await createApp('github', clientId, 'emulated-webhook-secret', settings);
  const webhook = { url, secret: 'emulated-webhook-secret' };
  const redirectUris = redirectUrisOf('github');
  await github.createApplication({ clientId, kind: 'github-app', webhook, redirectUris });
  const connect = async (tenant: string, account: string) => {
    const repository = `${account}/${tenant}`;
    await github.createRepository({ repository });
    await github.install({ clientId, account, repositories: [repository] });
    return { tenant, id: await scene.consent('github', { userId: tenant, appId }, consentOf(account)) };
  };
  const [ada, ben] = [await connect('authorized-a', 'octo-ada'), await connect('authorized-b', 'octo-ben')];
  await github.revokeAuthorization({ clientId, account: 'octo-ada' });
  await expectTold(ada, 'connection.revoked', { status: 'revoked', reason: 'revoked_at_provider' });
  expect(await connectionOf(ben.tenant, ben.id)).toMatchObject({ status: 'connected' });
});

test('tokens that Slack ends and an application that is removed from a workspace end the connections at once', async () => {
  const { slack } = scene.emulators;
  const clientId = 'e2e-slack-withdrawn';
  const { appId, url } = await createApp('slack', clientId, DEFAULT_SIGNING_SECRET);
  await slack.createApplication({
    clientId,
    tokenRotation: true,
    redirectUris: redirectUrisOf('slack'),
  });
  expect(await slack.setRequestUrl({ clientId, url })).toEqual({ accepted: true });
  const connect = async (tenant: string) => {
    const { id: teamId } = await slack.createTeam({ name: tenant });
    await slack.createAccount({ name: tenant, teamId });
    const id = await scene.consent('slack', { userId: tenant, appId }, consentOf(tenant));
    return { tenant, id, teamId };
  };
  const [first, second] = [await connect('withdrawn-a'), await connect('withdrawn-b')];
  await slack.revokeUser({ clientId, account: first.tenant });
  await expectTold(first, 'connection.revoked', { status: 'revoked', reason: 'tokens_revoked' });
  expect(await connectionOf(second.tenant, second.id)).toMatchObject({ status: 'connected' });
  await slack.pushEvent({ clientId, teamId: second.teamId, event: { type: 'app_uninstalled' } });
  await expectTold(second, 'connection.revoked', { status: 'revoked', reason: 'app_uninstalled' });
});

test('a person who removes the application at Discord ends the connection at once', async () => {
  const { discord } = scene.emulators;
  const clientId = 'e2e-discord';
  const { publicKey } = await discord.createApplication({
    clientId,
    redirectUris: redirectUrisOf('discord'),
  });
  const { appId, url } = await createApp('discord', clientId, publicKey);
  expect(await discord.setWebhookUrl({ clientId, url })).toMatchObject({ accepted: true });
  const connect = async (tenant: string, account: string) => ({
    tenant,
    id: await scene.consent('discord', { userId: tenant, appId }, consentOf(account)),
  });
  const [ada, ben] = [await connect('discord-a', 'gamer-ada'), await connect('discord-b', 'gamer-ben')];
  await discord.deauthorize({ clientId, account: 'gamer-ada' });
  await expectTold(ada, 'connection.revoked', { status: 'revoked', reason: 'revoked_at_provider' });
  expect(await connectionOf(ben.tenant, ben.id)).toMatchObject({ status: 'connected' });
});
