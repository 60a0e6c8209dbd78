import { DEFAULT_CLIENT_SECRET, DEFAULT_SIGNING_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionScene, eventually, startConnectionScene } from '../../src/index.ts';

interface StoredEvent {
  id: string;
  type: string;
  via: string;
  payload: Record<string, unknown>;
}
interface Connection {
  id: string;
  status: string;
}
interface AppPushes {
  url: string;
  setup: string[];
  unrouted: { accountKey: string; pushes: number; lastType: string }[];
}

let scene: ConnectionScene;

beforeAll(async () => {
  scene = await startConnectionScene();
});
afterAll(() => scene?.stop());

const call = <T>(method: string, path: string, body?: object) => scene.system.call<T>(method, path, body);

/** An application of the installation, which all tenants use. */
async function createApp(
  provider: 'slack' | 'gmail',
  clientId: string,
  settings: object = {},
): Promise<string> {
  const { id } = await call<{ id: string }>('POST', '/api/oauth-apps', {
    provider,
    clientId,
    clientSecret: DEFAULT_CLIENT_SECRET,
    settings: { origins: scene.emulators.origins[provider], ...settings },
  });
  return id;
}

const eventsOf = (tenant: string, type: string) =>
  call<StoredEvent[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=${type}`);

function waitForEvents(tenant: string, type: string, count = 1): Promise<StoredEvent[]> {
  return eventually(async () => {
    const events = await eventsOf(tenant, type);
    return events.length >= count ? events : undefined;
  }, `${count} events ${type} of ${tenant}`);
}

async function waitForRoutes(connectionId: string): Promise<void> {
  await eventually(async () => {
    const [row] = await scene.rows('select from connection_routes where connection_id = $1 limit 1', [
      connectionId,
    ]);
    return row;
  }, 'the account keys of the connection');
}

const statusOf = async (tenant: string, id: string) =>
  (await call<Connection>('GET', `/api/connections/${id}?userId=${tenant}`)).status;

test('a push of Slack is an event of every tenant that connected the workspace, and a revocation acts at once', async () => {
  const { slack } = scene.emulators;
  const clientId = 'e2e-slack';
  const appId = await createApp('slack', clientId);
  const { url, setup } = await call<AppPushes>('PUT', `/api/oauth-apps/${appId}/pushes`, {
    secret: DEFAULT_SIGNING_SECRET,
  });
  expect(setup.join(' ')).toContain(url);
  const callback = `${scene.system.stack.urls.gateway}/api/oauth/slack/callback`;
  await slack.createApplication({ clientId, name: 'e2e', redirectUris: [callback] });
  // Slack's challenge is answered.
  expect(await slack.setRequestUrl({ clientId, url })).toEqual({ accepted: true });

  const [home, foreign] = [
    await slack.createTeam({ name: 'home' }),
    await slack.createTeam({ name: 'foreign' }),
  ];
  const { id: account } = await slack.createAccount({ name: 'e2e-ada', teamId: home.id });
  const connect = async (tenant: string) => {
    const id = await scene.consent('slack', { userId: tenant, appId }, (location) =>
      scene.emulators.consent(location, { account: 'e2e-ada' }),
    );
    await waitForRoutes(id);
    return id;
  };
  const [a, b] = [await connect('slack-a'), await connect('slack-b')];

  const event = { type: 'message', channel: 'C1', ts: '1700000000.000100', user: account, text: 'hello' };
  await slack.pushEvent({ clientId, teamId: home.id, event });
  for (const tenant of ['slack-a', 'slack-b']) {
    const events = await waitForEvents(tenant, 'slack.message');
    expect(events).toMatchObject([{ via: 'webhook' }]);
  }

  // An account that nobody connected: counted and shown.
  await slack.pushEvent({ clientId, teamId: foreign.id, event });
  const unrouted = await eventually(async () => {
    const shown = await call<AppPushes>('GET', `/api/oauth-apps/${appId}/pushes`);
    return shown.unrouted.length > 0 ? shown.unrouted : undefined;
  }, 'the unrouted push');
  expect(unrouted).toMatchObject([
    { accountKey: `team:${foreign.id}`, pushes: 1, lastType: 'slack.message' },
  ]);

  await slack.pushEvent({ clientId, teamId: home.id, event: { type: 'app_uninstalled' } });
  for (const [tenant, id] of [
    ['slack-a', a],
    ['slack-b', b],
  ] as const) {
    await eventually(
      async () => ((await statusOf(tenant, id)) === 'revoked' ? true : undefined),
      'the end of the connection',
    );
    await waitForEvents(tenant, 'connection.revoked');
    await call('DELETE', `/api/connections/${id}?userId=${tenant}`);
  }

  // Without its application, the address receives nothing any more.
  await call('DELETE', `/api/oauth-apps/${appId}`);
  await eventually(
    async () => ((await slack.setRequestUrl({ clientId, url })).accepted ? undefined : true),
    'the end of the address',
  );
});

test('what only the token of a person may see is an event for the connections with that token, also beside a bot', async () => {
  const { slack } = scene.emulators;
  const clientId = 'e2e-slack-person';
  const redirectUris = [`${scene.system.stack.urls.gateway}/api/oauth/slack/callback`];
  await slack.createApplication({ clientId, tokenRotation: true, redirectUris });
  const appId = await createApp('slack', clientId, { userScopes: ['im:history'] });
  const { url } = await call<AppPushes>('PUT', `/api/oauth-apps/${appId}/pushes`, {
    secret: DEFAULT_SIGNING_SECRET,
  });
  await slack.setRequestUrl({ clientId, url });
  const { id: teamId } = await slack.createTeam({ name: 'people' });
  const people = ['e2e-carol', 'e2e-dan'];
  for (const name of people) await slack.createAccount({ name, teamId });
  // The workspace is the account, so that each tenant has one person.
  const [carol, dan] = await Promise.all(
    people.map((account) =>
      scene.consent('slack', { userId: account, appId }, (location) =>
        scene.emulators.consent(location, { account }),
      ),
    ),
  );
  for (const id of [carol, dan]) await waitForRoutes(id ?? '');

  const message = { type: 'message', channel: 'D1', ts: '1700000001.000100', text: 'only for Carol' };
  await slack.pushEvent({ clientId, teamId, event: message, seenBy: 'e2e-carol' });
  await slack.pushEvent({ clientId, teamId, event: { ...message, ts: '1700000002.000100' } });
  expect(await waitForEvents('e2e-carol', 'slack.message', 2)).toHaveLength(2);
  const ofDan = await waitForEvents('e2e-dan', 'slack.message');
  expect(ofDan).toHaveLength(1);
  const shown = await call<StoredEvent>('GET', `/api/webhook-events/${ofDan[0]?.id}?userId=e2e-dan`);
  expect(shown.payload).toMatchObject({ event: { ts: '1700000002.000100' } });
});

test('a notice of Gmail finds its user by mailbox, and the poll reads what it is about from the one cursor', async () => {
  const { google } = scene.emulators;
  const topic = 'projects/emulated-project/topics/gmail';
  const subscription = 'projects/emulated-project/subscriptions/e2e';
  const serviceAccountEmail = 'push@emulated-project.iam.gserviceaccount.com';
  const audience = 'https://hooks.example.com/gmail';
  const appId = await createApp('gmail', EMULATED_CLIENTS.google, { topic });
  const certs = `${scene.emulators.url}/www.googleapis.com`;
  await call('PUT', `/api/oauth-apps/${appId}/pushes`, {
    options: { audience, serviceAccountEmail, subscription, jwksUrl: `${certs}/oauth2/v3/certs` },
  });
  // The address of the earlier service, which names no user.
  const pushEndpoint = `${scene.system.stack.urls.gateway}/api/webhooks/gmail`;
  await google.createSubscription({ name: subscription, topic, pushEndpoint, audience, serviceAccountEmail });
  const scopes = ['https://www.googleapis.com/auth/gmail.readonly', 'openid', 'email'];
  const connect = async (tenant: string) => {
    const { accessToken } = await google.issueToken({
      clientId: EMULATED_CLIENTS.google,
      account: 'ada@example.com',
      scopes,
    });
    return await call<Connection>('POST', '/api/connections', {
      provider: 'gmail',
      appId,
      accessToken,
      scopes,
      userId: tenant,
    });
  };
  const tenants = ['gmail-a', 'gmail-b'];
  const [first, second] = [await connect('gmail-a'), await connect('gmail-b')];
  for (const tenant of tenants) {
    await eventually(async () => {
      const [webhook] = await call<{ status: string }[]>('GET', `/api/webhooks/list?userId=${tenant}`);
      return webhook?.status === 'verified' ? webhook : undefined;
    }, 'the first notice');
    await eventually(async () => {
      const [poll] = await scene.rows(
        `select from connection_tasks where tenant_id = $1 and kind = 'poll' and last_succeeded_at is not null`,
        [tenant],
      );
      return poll;
    }, 'the first poll');
  }
  expect(await google.listWatches({})).toHaveLength(1);

  // Google sends at most one notice a second for a mailbox, and drops the others.
  scene.emulators.clock.advance(2_000);
  scene.emulators.clock.setSpeed(0);
  await google.addMessage({ account: 'ada@example.com', subject: 'Hello' });
  const { pushes } = await google.addMessage({ account: 'ada@example.com', subject: 'In the same second' });
  expect(pushes).toEqual([]);
  scene.emulators.clock.setSpeed(1);
  for (const tenant of tenants) expect(await waitForEvents(tenant, 'gmail.message.added', 2)).toHaveLength(2);

  // One watch for the mailbox: only the last connection stops it.
  await call('DELETE', `/api/connections/${first.id}?userId=gmail-a`);
  expect(await google.listWatches({})).toHaveLength(1);
  scene.emulators.clock.advance(2_000);
  await google.addMessage({ account: 'ada@example.com', subject: 'Again' });
  expect(await waitForEvents('gmail-b', 'gmail.message.added', 3)).toHaveLength(3);

  // A message whose notice never comes is found by the poll, and counted.
  await google.addMessage({ account: 'ada@example.com', subject: 'Lost', pushed: false });
  await eventually(async () => {
    const [due] = await scene.rows(
      `update connection_tasks set due_at = hookline_now()
       where connection_id = $1 and kind = 'poll' and name = 'history' and lease_id is null returning id`,
      [second.id],
    );
    return due;
  }, 'the next poll');
  expect(await waitForEvents('gmail-b', 'gmail.message.added', 4)).toHaveLength(4);
  const days = await call<{ received: number; missed: number; recovered: number; stream: string }[]>(
    'GET',
    `/api/connections/${second.id}/reconciliation?userId=gmail-b`,
  );
  const sum = (name: 'received' | 'missed' | 'recovered') =>
    days.reduce((total, day) => total + day[name], 0);
  expect(sum('received') + sum('missed')).toBe(4);
  expect(sum('received')).toBeGreaterThanOrEqual(2);
  expect(sum('missed')).toBeGreaterThanOrEqual(1);
  expect(sum('recovered')).toBe(sum('missed'));
  await call('DELETE', `/api/connections/${second.id}?userId=gmail-b`);
  expect(await google.listWatches({})).toEqual([]);
});
