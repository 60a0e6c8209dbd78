import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectionScene, eventually, startConnectionScene } from '../../src/index.ts';

interface Webhook {
  id: string;
  connectionId: string;
  status: string;
  reason: string | null;
  message: string | null;
  active: boolean;
  nextCheckAt: string | null;
  nextComparisonAt: string | null;
  events: string[] | null;
  expiresAt: string | null;
  resource: { id: string; name: string | null };
}
interface Connection {
  id: string;
  status: string;
  reason: string | null;
}
interface StoredEvent {
  type: string;
  repository: string | null;
  payload: unknown;
}

let scene: ConnectionScene;
let tenants = 0;

beforeAll(async () => {
  scene = await startConnectionScene();
});
afterAll(() => scene?.stop());

const newTenant = () => `tenant-${tenants++}`;
const call = <T>(method: string, path: string, body?: object) => scene.system.call<T>(method, path, body);

/** Creates an application of the tenant's own, for the emulated provider. */
async function createApp(
  tenant: string,
  provider: string,
  clientId: string,
  settings: object = {},
): Promise<string> {
  const origins = scene.emulators.origins[provider as 'github'];
  const { id } = await call<{ id: string }>('POST', '/api/oauth-apps', {
    provider,
    clientId,
    clientSecret: DEFAULT_CLIENT_SECRET,
    userId: tenant,
    settings: { origins, ...settings },
  });
  return id;
}

async function connectGithub(tenant: string, account: string, settings: object): Promise<Connection> {
  const appId = await createApp(tenant, 'github', EMULATED_CLIENTS.githubApp);
  const { accessToken } = await scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account,
    scopes: ['admin:repo_hook', 'repo', 'notifications'],
  });
  return await call('POST', '/api/connections', {
    provider: 'github',
    appId,
    accessToken,
    scopes: ['admin:repo_hook', 'repo', 'notifications'],
    settings,
    userId: tenant,
  });
}

const webhooksOf = (tenant: string) => call<Webhook[]>('GET', `/api/webhooks/list?userId=${tenant}`);

function waitForStatus(tenant: string, status: string): Promise<Webhook> {
  return eventually(
    async () => (await webhooksOf(tenant)).find((webhook) => webhook.status === status),
    `a webhook of ${tenant} that is ${status}`,
  );
}

/** The newest event of a type, with its payload. */
async function waitForEvent(tenant: string, type: string): Promise<StoredEvent> {
  const { id } = await eventually(
    async () =>
      (await call<{ id: string }[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=${type}`))[0],
    `the event ${type} of ${tenant}`,
  );
  return await call<StoredEvent>('GET', `/api/webhook-events/${id}?userId=${tenant}`);
}

async function createRepository(owner: string, name: string): Promise<string> {
  const repository = `${owner}/${name}`;
  await scene.emulators.github.createRepository({ repository });
  return repository;
}

test('a hook with the six default events is registered and pinged as soon as a repository is connected', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'six-events');
  await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const webhook = await waitForStatus(tenant, 'verified');
  expect(webhook.events).toEqual(['push', 'issues', 'pull_request', 'release', 'star', 'fork']);
  expect(webhook.resource.name).toBe(repository);
  expect(webhook.active).toBe(true);
  for (const time of [webhook.nextCheckAt, webhook.nextComparisonAt])
    expect(Date.parse(time ?? '')).toBeGreaterThan(Date.now());
  const [hook, ...others] = await scene.emulators.github.listHooks({ repository });
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ active: true, events: webhook.events });

  await scene.emulators.github.act({ repository, kind: 'push' });
  expect(await waitForEvent(tenant, 'github.push')).toMatchObject({ repository });
});

test('all repositories of an organisation are hooked that the account may administer', async () => {
  const tenant = newTenant();
  const { github } = scene.emulators;
  for (const [name, admins] of [
    ['first', ['octo-ada']],
    ['second', ['octo-ada']],
    ['foreign', ['octo-ben']],
  ] as const) {
    const repository = `hooked-org/${name}`;
    const members = ['octo-ada'];
    await github.createRepository({ repository, organization: true, admins: [...admins], members });
  }
  await connectGithub(tenant, 'octo-ada', { resources: ['hooked-org/*'] });
  const verified = await eventually(async () => {
    const hooked = (await webhooksOf(tenant)).filter(({ status }) => status === 'verified');
    return hooked.length >= 2 ? hooked : undefined;
  }, 'two hooks');
  expect(verified.map(({ resource }) => resource.name).sort()).toEqual([
    'hooked-org/first',
    'hooked-org/second',
  ]);
  expect(await github.listHooks({ repository: 'hooked-org/foreign' })).toEqual([]);
});

test('where a hook pushes, a poll publishes only what the hook missed, and counts both', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'compared');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  await eventually(async () => {
    const [poll] = await scene.rows(
      `select from connection_tasks where connection_id = $1 and kind = 'poll' and resource = $2
         and last_succeeded_at is not null`,
      [id, resource.id],
    );
    return poll;
  }, 'the baseline of the poll');
  const pushes = () =>
    call<{ via: string }[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=github.push`);
  await scene.emulators.github.act({ repository, kind: 'push' });
  await waitForEvent(tenant, 'github.push');
  // Not even the log of the hook has it.
  await scene.emulators.github.act({ repository, kind: 'push', delivery: 'lost' });
  await call('POST', `/api/connections/${id}/poll?userId=${tenant}&poll=repository-events`);
  const both = await eventually(async () => {
    const found = await pushes();
    return found.length >= 2 ? found : undefined;
  }, 'the push that the hook missed');
  expect(both.map(({ via }) => via).sort()).toEqual(['poll', 'webhook']);
  const days = await call<{ stream: string; received: number; missed: number; recovered: number }[]>(
    'GET',
    `/api/connections/${id}/reconciliation?userId=${tenant}`,
  );
  const [day, ...others] = days.filter(({ stream }) => stream.startsWith('repository-events'));
  expect(others).toEqual([]);
  expect(day).toMatchObject({ received: 1, missed: 1, recovered: 1 });
});

test('while a connection is paused its hook brings no event, and after the pause a poll finds it once', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'paused');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  await eventually(async () => {
    const [poll] = await scene.rows(
      `select from connection_tasks where connection_id = $1 and kind = 'poll' and resource = $2
         and last_succeeded_at is not null`,
      [id, resource.id],
    );
    return poll;
  }, 'the baseline of the poll');
  const pushes = () =>
    call<{ via: string }[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=github.push`);
  await call('POST', `/api/connections/${id}/pause?userId=${tenant}`);
  await scene.emulators.github.act({ repository, kind: 'push' });
  const [withheld] = await eventually(async () => {
    const found = await call<{ reason: string }[]>('GET', `/api/rejections?userId=${tenant}&code=withheld`);
    return found.length > 0 ? found : undefined;
  }, 'the record of the push that was withheld');
  expect(withheld?.reason).toContain('paused');
  expect(await pushes()).toEqual([]);
  await call('POST', `/api/connections/${id}/resume?userId=${tenant}`);
  await call('POST', `/api/connections/${id}/poll?userId=${tenant}&poll=repository-events`);
  const found = await eventually(async () => {
    const events = await pushes();
    return events.length > 0 ? events : undefined;
  }, 'the push that came during the pause');
  expect(found.map(({ via }) => via)).toEqual(['poll']);
  await scene.emulators.github.act({ repository, kind: 'push' });
  const both = await eventually(async () => {
    const events = await pushes();
    return events.length > 1 ? events : undefined;
  }, 'the push after the pause');
  expect(both.map(({ via }) => via).sort()).toEqual(['poll', 'webhook']);

  // GitHub's log has the ping and both pushes: what was withheld is not recovered from it under another key.
  const day = await eventually(async () => {
    await call('POST', `/api/connections/${id}/poll?userId=${tenant}`);
    const days = await call<{ stream: string; received: number }[]>(
      'GET',
      `/api/connections/${id}/reconciliation?userId=${tenant}`,
    );
    const found = days.find(({ stream }) => stream.startsWith('repository-hook'));
    return (found?.received ?? 0) >= 3 ? found : undefined;
  }, 'the comparison with the log of the hook');
  expect(day).toMatchObject({ received: 3, missed: 0, recovered: 0 });
  expect(await pushes()).toHaveLength(2);
});

test('without chosen repositories each one is hooked at its first activity', async () => {
  const tenant = newTenant();
  const [quiet, active] = [
    await createRepository('octo-ben', 'quiet'),
    await createRepository('octo-ben', 'active'),
  ];
  const { id } = await connectGithub(tenant, 'octo-ben', {});
  expect(await webhooksOf(tenant)).toEqual([]);
  await scene.emulators.github.act({ repository: active, kind: 'push' });
  await scene.runTask(id, 'check', 'repository-hook');
  const webhook = await waitForStatus(tenant, 'verified');
  expect(webhook.resource.name).toBe(active);
  expect(await scene.emulators.github.listHooks({ repository: quiet })).toEqual([]);
  const resources = await call<{ name: string; watched: boolean }[]>(
    'GET',
    `/api/connections/${id}/resources?userId=${tenant}`,
  );
  expect(resources.filter(({ watched }) => watched).map(({ name }) => name)).toEqual([active]);
});

test('a hook that someone removes or switches off is repaired, and the tenant is told', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'repaired');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  const { github } = scene.emulators;
  const [first] = await github.listHooks({ repository });
  await github.removeHook({ repository, hookId: first?.id ?? 0 });
  await scene.runTask(id, 'watch', 'repository-hook', resource.id);
  const second = await eventually(
    async () => (await github.listHooks({ repository })).find((hook) => hook.id !== first?.id),
    'a new hook',
  );
  // The sender of an old secret is no longer trusted after the next change.
  expect(second.secret).not.toBe(first?.secret);
  await waitForStatus(tenant, 'verified');
  expect((await waitForEvent(tenant, 'connection.hook_repaired')).payload).toMatchObject({
    connectionId: id,
    reason: 'hook_removed',
  });

  await github.removeHook({ repository, hookId: second.id, onlyDeactivate: true });
  await scene.runTask(id, 'watch', 'repository-hook', resource.id);
  await eventually(
    async () => ((await github.listHooks({ repository }))[0]?.active ? true : undefined),
    'the hook to be active again',
  );
  await github.act({ repository, kind: 'issues' });
  await waitForEvent(tenant, 'github.issues.opened');
});

const createYoutubeApp = (tenant: string) => createApp(tenant, 'youtube', EMULATED_CLIENTS.google);

async function connectYoutube(tenant: string, appId: string): Promise<Connection> {
  const scopes = ['https://www.googleapis.com/auth/youtube.readonly', 'openid', 'email'];
  const { accessToken } = await scene.emulators.google.issueToken({
    clientId: EMULATED_CLIENTS.google,
    account: 'ada@example.com',
    scopes,
  });
  return await call('POST', '/api/connections', {
    provider: 'youtube',
    appId,
    accessToken,
    scopes,
    userId: tenant,
  });
}

/** Waits until a task has ended that was asked for. */
const untilIdle = (id: string, kind: string, resource: string) =>
  eventually(async () => {
    const [idle] = await scene.rows(
      `select from connection_tasks where connection_id = $1 and kind = $2 and resource = $3 and lease_id is null
         and not on_demand`,
      [id, kind, resource],
    );
    return idle;
  }, `the end of ${kind} of ${resource}`);

/** Waits until a resource has no watch any more, and nothing works at it. */
async function waitForEnd(tenant: string, id: string, { resource }: Webhook): Promise<void> {
  await eventually(async () => {
    const listed = await webhooksOf(tenant);
    return listed.every((each) => each.resource.id !== resource.id) || undefined;
  }, `the end of the watch of ${resource.name}`);
  for (const [kind, name] of [
    ['check', ''],
    ['watch', resource.id],
  ] as const)
    await untilIdle(id, kind, name);
}

test('a hook that is registered again while the settings no longer name its repository does not stay at GitHub', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'crossed');
  const other = await createRepository('octo-ada', 'not-crossed');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const webhook = await waitForStatus(tenant, 'verified');
  const { github } = scene.emulators;
  const [first] = await github.listHooks({ repository });
  await github.removeHook({ repository, hookId: first?.id ?? 0 });
  const registrations = () =>
    scene.emulators.calls({ method: 'POST', path: `/${webhook.resource.id}/hooks` });
  const before = registrations().length;
  // The hook is there, and Hookline does not know it yet.
  scene.emulators.injectFault({
    kind: 'slow-body',
    method: 'POST',
    path: `/${webhook.resource.id}/hooks`,
    delayMs: 4_000,
  });
  await scene.runTask(id, 'watch', 'repository-hook', webhook.resource.id);
  await eventually(async () => registrations().length > before || undefined, 'the second registration');
  await call('PATCH', `/api/connections/${id}?userId=${tenant}`, { settings: { resources: [other] } });
  await waitForEnd(tenant, id, webhook);
  expect(await github.listHooks({ repository })).toEqual([]);
});

test('a hook whose id was not stored after a crash is removed with its repository', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'unstored');
  const other = await createRepository('octo-ada', 'stored');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const webhook = await waitForStatus(tenant, 'verified');
  await scene.rows("update platform_webhooks set webhook_id = '1' where id = $1", [webhook.id]);
  await call('PATCH', `/api/connections/${id}?userId=${tenant}`, { settings: { resources: [other] } });
  await waitForEnd(tenant, id, webhook);
  expect(await scene.emulators.github.listHooks({ repository })).toEqual([]);
});

test('a poll that finds what a hook did not push has the hook checked: one that is gone is registered again', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'silent');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  await eventually(async () => {
    const [poll] = await scene.rows(
      `select from connection_tasks where connection_id = $1 and kind = 'poll' and resource = $2
         and last_succeeded_at is not null`,
      [id, resource.id],
    );
    return poll;
  }, 'the baseline of the poll');
  const { github } = scene.emulators;
  const [first] = await github.listHooks({ repository });
  await github.removeHook({ repository, hookId: first?.id ?? 0 });
  await github.act({ repository, kind: 'issues' });
  await call('POST', `/api/connections/${id}/poll?userId=${tenant}`);
  await waitForEvent(tenant, 'github.issues.opened');
  const second = await eventually(
    async () => (await github.listHooks({ repository })).find((hook) => hook.id !== first?.id),
    'a new hook',
  );
  expect(second.active).toBe(true);
});

test('a push that failed, and that no list has, is read from the log after a poll that is asked for and after a check', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'logged');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  const lost = { repository, delivery: 'failed', unlisted: true } as const;
  await scene.emulators.github.act({ ...lost, kind: 'issues' });
  await call('POST', `/api/connections/${id}/poll?userId=${tenant}`);
  await waitForEvent(tenant, 'github.issues.opened');

  await scene.emulators.github.act({ ...lost, kind: 'release' });
  await scene.runTask(id, 'watch', 'repository-hook', resource.id);
  await waitForEvent(tenant, 'github.release.published');
});

test.each([
  ['push', 'poll'],
  ['push', 'log'],
  ['pull_request', 'poll'],
  ['pull_request', 'log'],
  ['star', 'poll'],
  ['star', 'log'],
] as const)('a %s whose webhook failed is one event if the %s finds it first', async (kind, first) => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', `failed-${kind}-${first}`);
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  const polledAt = async () => {
    const [poll] = await scene.rows<{ at: string }>(
      `select last_succeeded_at::text as at from connection_tasks
       where connection_id = $1 and kind = 'poll' and resource = $2 and last_succeeded_at is not null`,
      [id, resource.id],
    );
    return poll?.at;
  };
  await eventually(polledAt, 'the baseline of the poll');
  const type = {
    push: 'github.push',
    pull_request: 'github.pull_request.opened',
    star: 'github.star.created',
  }[kind];
  const found = () => call<unknown[]>('GET', `/api/webhook-events?userId=${tenant}&eventType=${type}`);
  const counts = async () => {
    const days = await call<{ stream: string; received: number; recovered: number; duplicate: number }[]>(
      'GET',
      `/api/connections/${id}/reconciliation?userId=${tenant}`,
    );
    const countsOf = (name: string) => {
      const day = days.find(({ stream }) => stream.startsWith(name));
      return { received: day?.received, recovered: day?.recovered, duplicate: day?.duplicate };
    };
    return { log: countsOf('repository-hook'), poll: countsOf('repository-events') };
  };
  const poll = async () => {
    const before = await polledAt();
    await scene.runTask(id, 'poll', 'repository-events', resource.id);
    await eventually(async () => (await polledAt()) !== before || undefined, 'the poll');
  };
  const compare = () =>
    eventually(async () => {
      await scene.runTask(id, 'reconcile', 'repository-hook', resource.id);
      const { recovered = 0, duplicate = 0 } = (await counts()).log;
      return recovered + duplicate > 0 || undefined;
    }, 'the comparison with the log');

  await scene.emulators.github.act({ repository, kind, delivery: 'failed' });
  await (first === 'poll' ? poll() : compare());
  await waitForEvent(tenant, type);
  // The log may be read long after the event.
  await scene.rows("update events set received_at = received_at + interval '1 hour' where tenant_id = $1", [
    tenant,
  ]);
  await (first === 'poll' ? compare() : poll());
  // The ping arrived.
  expect(await counts()).toEqual(
    first === 'poll'
      ? {
          log: { received: 1, recovered: 0, duplicate: 1 },
          poll: { received: 0, recovered: 1, duplicate: 0 },
        }
      : {
          log: { received: 1, recovered: 1, duplicate: 0 },
          poll: { received: 1, recovered: 0, duplicate: 0 },
        },
  );
  expect(await found()).toHaveLength(1);
});

test('H1: a repository with twenty hooks is explained as a limit, and the connection works in part', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'crowded');
  const { accessToken } = await scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: ['admin:repo_hook', 'repo'],
  });
  const api = scene.emulators.origins.github['https://api.github.com'];
  for (let n = 0; n < 20; n++) {
    const made = await fetch(`${api}/repos/${repository}/hooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'web',
        events: ['push'],
        config: { url: `http://127.0.0.1:9/${n}`, content_type: 'json' },
      }),
    });
    expect(made.status).toBe(201);
  }
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const webhook = await waitForStatus(tenant, 'failing');
  expect(webhook).toMatchObject({
    reason: 'hook_limit',
    message: expect.stringContaining('20 hooks'),
    active: false,
  });
  const connection = await eventually(async () => {
    const found = await call<Connection>('GET', `/api/connections/${id}?userId=${tenant}`);
    return found.status === 'degraded' ? found : undefined;
  }, 'the connection to be degraded');
  expect(connection.reason).toBe('watch_failing');
});

test('H2: a repository that is renamed and transferred at once keeps its hook, by its id', async () => {
  const tenant = newTenant();
  const repository = await createRepository('octo-ada', 'before');
  const { id } = await connectGithub(tenant, 'octo-ada', { resources: [repository] });
  const { resource } = await waitForStatus(tenant, 'verified');
  const { github } = scene.emulators;
  await github.moveRepository({ repository, to: 'octo-ben/after' });
  await github.setAdmin({ repository: 'octo-ben/after', login: 'octo-ada', admin: true });
  await scene.runTask(id, 'watch', 'repository-hook', resource.id);
  const moved = await eventually(
    async () => (await webhooksOf(tenant)).find((webhook) => webhook.resource.name === 'octo-ben/after'),
    'the new name',
  );
  expect(moved).toMatchObject({ status: 'verified', resource: { id: resource.id } });
  const connection = await call<Connection>('GET', `/api/connections/${id}?userId=${tenant}`);
  expect(connection).toMatchObject({ status: 'connected', settings: { resources: ['octo-ben/after'] } });
  expect(await github.listHooks({ repository: 'octo-ben/after' })).toHaveLength(1);
  await github.act({ repository: 'octo-ben/after', kind: 'push' });
  expect(await waitForEvent(tenant, 'github.push')).toMatchObject({ repository: 'octo-ben/after' });
});

test('disconnecting one of two connections of an account leaves the hook of the other one', async () => {
  const [leaves, stays] = [newTenant(), newTenant()];
  const repository = await createRepository('octo-ada', 'shared');
  const { id } = await connectGithub(leaves, 'octo-ada', { resources: [repository] });
  await connectGithub(stays, 'octo-ada', { resources: [repository] });
  for (const tenant of [leaves, stays]) await waitForStatus(tenant, 'verified');
  expect(await scene.emulators.github.listHooks({ repository })).toHaveLength(2);

  await call('DELETE', `/api/connections/${id}?userId=${leaves}`);
  expect(await scene.emulators.github.listHooks({ repository })).toHaveLength(1);
  expect(await webhooksOf(leaves)).toEqual([]);
  await scene.emulators.github.act({ repository, kind: 'push' });
  await waitForEvent(stays, 'github.push');
  expect(await call('GET', `/api/webhook-events?userId=${leaves}&eventType=github.push`)).toEqual([]);
});

interface Journey {
  outcome: string;
  text: string;
}

test('a hub that is silent at first is asked again soon, and polls run more often until it confirms the subscription', async () => {
  const tenant = newTenant();
  const { google } = scene.emulators;
  await google.hubSilence({ handshakes: true });
  const { id } = await connectYoutube(tenant, await createYoutubeApp(tenant));
  const asked = await eventually(async () => {
    const [row] = await scene.rows<{ id: string; resource: string }>(
      `update platform_webhooks set registered_at = hookline_now() - interval '2 minutes'
       where connection_id = $1 and status = 'pending' and source_id is not null returning id, resource`,
      [id],
    );
    return row;
  }, 'the request to the hub');
  await scene.runTask(id, 'watch', 'uploads', asked.resource);
  const silent = await waitForStatus(tenant, 'unverified');
  expect(silent).toMatchObject({ active: false, reason: 'not_confirmed' });
  await untilIdle(id, 'watch', asked.resource);
  const [{ nextCheckAt } = silent] = await webhooksOf(tenant);
  expect(Date.parse(nextCheckAt ?? '') - Date.now()).toBeLessThan(120_000);
  const intervalOf = async () =>
    (
      await scene.rows<{ seconds: number }>(
        `select interval_seconds as seconds from connection_tasks
         where connection_id = $1 and kind = 'poll' and name = 'uploads'`,
        [id],
      )
    )[0]?.seconds;
  expect(await intervalOf()).toBe(300);
  const journey = await call<Journey[]>('GET', `/api/connections/${id}/journey?userId=${tenant}`);
  const told = journey.find(({ outcome }) => outcome === 'not_confirmed');
  expect(told?.text).toContain('It is asked for again in 1 minute.');

  await google.hubSilence({ handshakes: false });
  await scene.runTask(id, 'watch', 'uploads', asked.resource);
  expect(await waitForStatus(tenant, 'verified')).toMatchObject({ active: true, reason: null });
  await eventually(async () => ((await intervalOf()) === 7_200 ? true : undefined), 'the usual interval');
  await call('DELETE', `/api/connections/${id}?userId=${tenant}`);
});

test('a channel that is connected again before the hub has confirmed the end of its subscription is subscribed again', async () => {
  const tenant = newTenant();
  const { google } = scene.emulators;
  const appId = await createYoutubeApp(tenant);
  const first = await connectYoutube(tenant, appId);
  await waitForStatus(tenant, 'verified');
  await google.hubSilence({ handshakes: true });
  await call('DELETE', `/api/connections/${first.id}?userId=${tenant}`);
  expect((await webhooksOf(tenant)).map(({ status }) => status)).toEqual(['stopping']);
  await google.hubSilence({ handshakes: false });
  const second = await connectYoutube(tenant, appId);
  expect(await waitForStatus(tenant, 'verified')).toMatchObject({ connectionId: second.id, active: true });
  await call('DELETE', `/api/connections/${second.id}?userId=${tenant}`);
});

test('W5: a hub that refuses renewals ends no watch; polls run more often and the tenant is told once', async () => {
  const tenant = newTenant();
  const { google } = scene.emulators;
  const { channelId } = await google.channelOf({ account: 'ada@example.com' });
  const { id } = await connectYoutube(tenant, await createYoutubeApp(tenant));
  const webhook = await waitForStatus(tenant, 'verified');
  const leaseMs = Date.parse(webhook.expiresAt ?? '') - Date.now();
  expect(leaseMs).toBeGreaterThan(4 * 86_400_000);

  await google.hubOutage({ seconds: 3_600 });
  const resource = webhook.resource.id;
  const failuresOf = async () =>
    (
      await scene.rows<{ failures: number }>('select failures from platform_webhooks where id = $1', [
        webhook.id,
      ])
    )[0]?.failures ?? 0;
  for (const failures of [1, 2, 3]) {
    await scene.runTask(id, 'watch', 'uploads', resource);
    await eventually(
      async () => ((await failuresOf()) >= failures ? true : undefined),
      `failure ${failures}`,
    );
  }
  // It lasts as long as its lease.
  expect((await webhooksOf(tenant))[0]).toMatchObject({ status: 'verified', reason: 'hub_unavailable' });
  expect((await waitForEvent(tenant, 'connection.watch_renewal_failed')).payload).toMatchObject({
    connectionId: id,
    reason: 'hub_unavailable',
  });
  const intervalOf = async () =>
    (
      await scene.rows<{ seconds: number }>(
        `select interval_seconds as seconds from connection_tasks
         where connection_id = $1 and kind = 'poll' and name = 'uploads'`,
        [id],
      )
    )[0]?.seconds;
  expect(await intervalOf()).toBe(300);

  await google.hubOutage({ seconds: 0 });
  await scene.runTask(id, 'watch', 'uploads', resource);
  await eventually(async () => ((await intervalOf()) === 7_200 ? true : undefined), 'the usual interval');
  expect((await google.hubSubscriptions({})).some(({ topic }) => topic.includes(channelId))).toBe(true);
  await call('DELETE', `/api/connections/${id}?userId=${tenant}`);
  const topics = (await google.hubSubscriptions({})).filter(({ topic }) => topic.includes(channelId));
  expect(topics).toEqual([]);
});

const GMAIL_SCOPES = ['https://www.googleapis.com/auth/gmail.readonly', 'openid', 'email'];

async function connectGmail(tenant: string, account: string, topic: string): Promise<Connection> {
  const appId = await createApp(tenant, 'gmail', EMULATED_CLIENTS.google, { topic });
  const { accessToken } = await scene.emulators.google.issueToken({
    clientId: EMULATED_CLIENTS.google,
    account,
    scopes: GMAIL_SCOPES,
  });
  return await call('POST', '/api/connections', {
    provider: 'gmail',
    appId,
    accessToken,
    scopes: GMAIL_SCOPES,
    userId: tenant,
  });
}

const watchTopics = async () => (await scene.emulators.google.listWatches({})).map(({ topic }) => topic);

test('W1: a renewal of Gmail that fails is no secret: the tenant is told, and polls run every five minutes', async () => {
  const tenant = newTenant();
  const { google } = scene.emulators;
  const topic = 'projects/emulated-project/topics/w1';
  await google.createAccount({ email: 'w1@example.com' });
  await google.createTopic({ topic });
  const { id } = await connectGmail(tenant, 'w1@example.com', topic);
  const [webhook] = await eventually(async () => {
    const listed = await webhooksOf(tenant);
    return listed[0]?.expiresAt ? listed : undefined;
  }, 'the watch');
  // As after a week without any push.
  await scene.rows(`update platform_webhooks set status = 'verified' where id = $1`, [webhook?.id]);
  await google.createTopic({ topic, publisherGranted: false });
  for (const failures of [1, 2]) {
    await scene.runTask(id, 'watch', 'mailbox', webhook?.resource.id);
    await eventually(async () => {
      const [row] = await scene.rows('select from platform_webhooks where id = $1 and failures >= $2', [
        webhook?.id,
        failures,
      ]);
      return row;
    }, `failure ${failures}`);
  }
  expect((await waitForEvent(tenant, 'connection.watch_renewal_failed')).payload).toMatchObject({
    connectionId: id,
    reason: 'topic_role_missing',
    message: expect.stringContaining('Pub/Sub Publisher'),
  });
  const [poll] = await scene.rows<{ seconds: number }>(
    `select interval_seconds as seconds from connection_tasks where connection_id = $1 and kind = 'poll'`,
    [id],
  );
  expect(poll?.seconds).toBe(300);
});

test('W3: a mailbox that is watched with another topic is stopped once, and watched with ours', async () => {
  const tenant = newTenant();
  const { google } = scene.emulators;
  const [theirs, ours] = [
    'projects/emulated-project/topics/w3-theirs',
    'projects/emulated-project/topics/w3',
  ];
  await google.createAccount({ email: 'w3@example.com' });
  for (const topic of [theirs, ours]) await google.createTopic({ topic });
  const { accessToken } = await google.issueToken({
    clientId: EMULATED_CLIENTS.google,
    account: 'w3@example.com',
    scopes: GMAIL_SCOPES,
  });
  const api = scene.emulators.origins.gmail['https://gmail.googleapis.com'];
  const watched = await fetch(`${api}/gmail/v1/users/me/watch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ topicName: theirs, labelIds: ['INBOX'] }),
  });
  expect(watched.status).toBe(200);
  await connectGmail(tenant, 'w3@example.com', ours);
  await eventually(async () => ((await watchTopics()).includes(ours) ? true : undefined), 'our watch');
  expect(await watchTopics()).not.toContain(theirs);
});

test('W4: accounts whose token is dead do not keep another one from being watched', async () => {
  const tenant = newTenant();
  const appId = await createApp(tenant, 'github', EMULATED_CLIENTS.githubApp);
  for (let n = 0; n < 50; n++) {
    const id = `con_01KB0000000000000000POIS${String(n).padStart(2, '0')}`;
    await scene.addConnection({
      id,
      provider: 'github',
      tenant,
      appId,
      accountId: `poison-${n}`,
      accessToken: 'dead',
      settings: { resources: ['octo-ada/hello'] },
    });
    await scene.runTask(id, 'check', 'repository-hook');
  }
  const healthy = newTenant();
  const repository = await createRepository('octo-ada', 'healthy');
  await connectGithub(healthy, 'octo-ada', { resources: [repository] });
  expect((await waitForStatus(healthy, 'verified')).resource.name).toBe(repository);
});
