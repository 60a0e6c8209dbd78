import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { EMULATED_APPS, factsOf, type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/';
const GRANT = '/grant';
/** Whether a hook is deleted: no request of a scheduler that is asked for nothing else. */
const REMOVAL = { method: 'DELETE', path: '/hooks/' } as const;

interface Entry {
  outcome: string;
  text: string;
}
interface Hook {
  /** The id of the repository. */
  resource: string;
  hookId: string;
}

async function connect(scene: SchedulerScene): Promise<string> {
  await scene.addApp('github', EMULATED_APPS.github);
  const back = await scene.connect('github', { returnUrl: RETURN }, { account: 'octo-ada' });
  return factsOf(back)['connection'] ?? '';
}

/** A hook at the provider, and its watch as a registration leaves it. */
async function addHook(scene: SchedulerScene, connectionId: string, repository: string): Promise<Hook> {
  const { id } = scene.emulators.github.createRepository({ repository });
  const { token } = (await scene.call('GET', `/api/connections/${connectionId}/token`)).json.data;
  const api = scene.emulators.origins.github['https://api.github.com'];
  const url = `http://127.0.0.1:9/in/${id}`;
  const made = await fetch(`${api}/repos/${repository}/hooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'web', events: ['push'], config: { url, content_type: 'json' } }),
  });
  const hook = (await made.json()) as { id: number };
  await scene.asOwner(
    `insert into platform_webhooks (id, tenant_id, platform, watch, resource, resource_name, connection_ids, connection_id,
       app_id, account_id, webhook_id, webhook_url, status, registered_at)
     select $2, tenant_id, provider, 'repository-hook', $3, $4, array[id], id, app_id, account_id, $5, $6, 'verified',
       hookline_now()
     from connections where id = $1`,
    [connectionId, `pwh_${id}`, String(id), repository, String(hook.id), url],
  );
  return { resource: String(id), hookId: String(hook.id) };
}

const hooksOf = (scene: SchedulerScene, repository: string) =>
  scene.emulators.github.listHooks({ repository });

const remove = (scene: SchedulerScene, id: string) => scene.call('DELETE', `/api/connections/${id}`);

/** What the journey of a connection tells of its hooks and its grant, the oldest first. */
async function journeyOf(scene: SchedulerScene, id: string): Promise<Entry[]> {
  const { json } = await scene.call('GET', `/api/connections/${id}/journey`);
  return json.data.filter(({ kind }: { kind: string }) => kind === 'hook' || kind === 'consent').reverse();
}

const outcomesOf = async (scene: SchedulerScene, id: string) =>
  (await journeyOf(scene, id)).map(({ outcome }) => outcome);

const dueNow = (scene: SchedulerScene) =>
  scene.asOwner('update grant_revocations set due_at = hookline_now(), lease_id = null');

const untilNonePending = (scene: SchedulerScene) =>
  until(async () => (await scene.asOwner('select from grant_revocations')).length === 0, {
    what: 'the end of all revocations',
  });

test('a hook that the provider does not remove at a disconnect is removed later, and the grant ends after that', async () => {
  const scene = await startScheduler();
  const id = await connect(scene);
  const repository = 'octo-ada/left';
  const { resource, hookId } = await addHook(scene, id, repository);
  scene.emulators.injectFault({ ...REMOVAL, kind: 'status', status: 503, body: {}, times: 100 });
  expect((await remove(scene, id)).json.data).toMatchObject({
    revocation: 'pending',
    webhooks: [
      {
        watch: 'repository-hook',
        resource: { id: resource, name: repository },
        webhookId: hookId,
        state: 'pending',
        message: expect.stringContaining('503'),
      },
    ],
  });
  expect(await hooksOf(scene, repository)).toHaveLength(1);
  expect(scene.emulators.calls({ path: GRANT })).toEqual([]);

  scene.emulators.clearFaults();
  await dueNow(scene);
  await untilNonePending(scene);
  expect(await hooksOf(scene, repository)).toEqual([]);
  expect(scene.emulators.github.revokeGrants({ account: 'octo-ada' }).grants).toBe(0);
  expect((await outcomesOf(scene, id)).slice(-5)).toEqual([
    'not_stopped',
    'disconnected',
    'grant_pending',
    'stopped',
    'grant_revoked',
  ]);
});

test('a hook that a registration made while its account was disconnected is removed with the grant', async () => {
  const scene = await startScheduler();
  const id = await connect(scene);
  const repository = 'octo-ada/late';
  const { resource } = await addHook(scene, id, repository);
  // The registration has not stored the id yet.
  await scene.asOwner('update platform_webhooks set webhook_id = null where resource = $1', [resource]);
  expect((await remove(scene, id)).json.data).toMatchObject({ revocation: 'revoked', webhooks: [] });
  expect(await hooksOf(scene, repository)).toEqual([]);
});

test('a hook of a grant that a person has withdrawn is for a person to remove, and the answer and the journey name it', async () => {
  const scene = await startScheduler();
  const id = await connect(scene);
  const repository = 'octo-ada/withdrawn';
  const { resource, hookId } = await addHook(scene, id, repository);
  scene.emulators.github.revokeGrants({ account: 'octo-ada' });
  const what = `A person has to remove webhook ${hookId} of ${repository} at GitHub`;
  expect((await remove(scene, id)).json.data).toMatchObject({
    revocation: 'refused',
    webhooks: [
      {
        resource: { id: resource, name: repository },
        webhookId: hookId,
        state: 'not_removed',
        message: expect.stringContaining(what),
      },
    ],
  });
  expect(await journeyOf(scene, id)).toContainEqual(
    expect.objectContaining({ outcome: 'not_removed', text: expect.stringContaining(what) }),
  );
});

test('a hook that could not be removed for a day is for a person to remove, and the grant ends all the same', async () => {
  const scene = await startScheduler();
  const id = await connect(scene);
  const { hookId } = await addHook(scene, id, 'octo-ada/stuck');
  scene.emulators.injectFault({ ...REMOVAL, kind: 'status', status: 503, body: {}, times: 100 });
  await remove(scene, id);
  await scene.asOwner("update grant_revocations set ends_at = hookline_now() - interval '1 second'");
  await dueNow(scene);
  await untilNonePending(scene);
  expect((await outcomesOf(scene, id)).slice(-2)).toEqual(['not_removed', 'grant_revoked']);
  expect(scene.log.of('watch.not_removed')).toMatchObject([{ connection: id, webhook: hookId }]);
});

test('a hook that the provider refuses to remove does not keep the grant alive', async () => {
  const scene = await startScheduler();
  const id = await connect(scene);
  await addHook(scene, id, 'octo-ada/archived');
  const body = { message: 'Repository was archived so is read-only.' };
  scene.emulators.injectFault({ ...REMOVAL, kind: 'status', status: 403, body, times: 100 });
  const { revocation, webhooks } = (await remove(scene, id)).json.data;
  expect([revocation, webhooks.map(({ state }: { state: string }) => state)]).toEqual([
    'revoked',
    ['not_removed'],
  ]);
});

test('a hook that is not removed when the settings no longer name its repository is tried again', async () => {
  const scene = await startScheduler({ webhookRegistration: true });
  const id = await connect(scene);
  const repository = 'octo-ada/unnamed';
  await addHook(scene, id, repository);
  scene.emulators.github.createRepository({ repository: 'octo-ada/named' });
  scene.emulators.injectFault({ ...REMOVAL, kind: 'status', status: 503, body: {}, times: 100 });
  const settings = { resources: ['octo-ada/named'] };
  expect((await scene.call('PATCH', `/api/connections/${id}`, { body: { settings } })).status).toBe(200);
  await until(async () => (await outcomesOf(scene, id)).includes('not_stopped'));
  const listed = (await scene.call('GET', '/api/webhooks/list')).json.data;
  expect(listed.map((each: { resource: { name: string } }) => each.resource.name)).not.toContain(repository);

  scene.emulators.clearFaults();
  await scene.asOwner(
    "update connection_tasks set due_at = hookline_now(), on_demand = true where kind = 'check'",
  );
  await until(async () => (await hooksOf(scene, repository)).length === 0);
});
