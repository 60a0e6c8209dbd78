import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { openEvents } from './read-events.ts';
import { type SchedulerScene, startScheduler } from './support/start-scheduler.ts';

/** An account that is polled for these repositories, after the first poll of each. */
async function connect(scene: SchedulerScene, resources: string[]): Promise<string> {
  await scene.addApp('github', EMULATED_CLIENTS.githubOAuthApp);
  const { accessToken } = scene.emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    account: 'octo-ada',
    scopes: ['admin:repo_hook', 'repo', 'notifications'],
  });
  const made = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', accessToken, settings: { resources } },
  });
  const { id } = made.json.data;
  await until(
    async () => (await polledOf(scene, id)).filter(({ polled }) => polled).length === resources.length,
  );
  return id;
}

const polledOf = (scene: SchedulerScene, id: string) =>
  scene.asOwner<{ name: string; polled: boolean; reason: string | null }>(
    `select resource_name as name, last_succeeded_at is not null as polled, paused_reason as reason
     from connection_tasks where connection_id = $1 and kind = 'poll' and resource <> '' order by 1`,
    [id],
  );

test('a repository that is renamed is polled on by its id, and the settings have its new name', async () => {
  const scene = await startScheduler();
  const { github } = scene.emulators;
  for (const repository of ['octo-ada/mv', 'octo-ada/stays']) github.createRepository({ repository });
  const id = await connect(scene, ['Octo-Ada/MV', 'octo-ada/stays']);
  const events = await openEvents(scene.nats.url);

  github.moveRepository({ repository: 'octo-ada/mv', to: 'octo-ada/moved' });
  await github.act({ repository: 'octo-ada/moved', kind: 'issues' });
  const shown = async () => (await scene.call('GET', `/api/connections/${id}`)).json.data;
  expect((await scene.call('POST', `/api/connections/${id}/poll`)).status).toBe(202);
  await until(async () => (await shown()).settings.resources.includes('octo-ada/moved'));
  expect((await shown()).settings.resources).toEqual(['octo-ada/moved', 'octo-ada/stays']);
  await until(async () =>
    (await events('acme')).some(({ attributes }) => attributes.type === 'github.issues.opened'),
  );
  await until(
    async () => (await scene.asOwner('select from connection_tasks where lease_id is not null')).length === 0,
  );
  expect(await polledOf(scene, id)).toEqual([
    { name: 'octo-ada/moved', polled: true, reason: null },
    { name: 'octo-ada/stays', polled: true, reason: null },
  ]);
  expect(await shown()).toMatchObject({ status: 'connected', reason: null });
  const { json } = await scene.call('GET', `/api/connections/${id}/journey`);
  expect(json.data).toContainEqual(
    expect.objectContaining({ outcome: 'moved', text: expect.stringContaining('octo-ada/moved') }),
  );
});
