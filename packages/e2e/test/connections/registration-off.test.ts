import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, startConnectionScene } from '../../src/index.ts';

test('with WEBHOOK_REGISTRATION=off nothing is registered at a provider, and polls find all events', async () => {
  const scene = await startConnectionScene({ WEBHOOK_REGISTRATION: 'off' });
  onTestFinished(() => scene.stop());
  const { system, emulators } = scene;
  const { github } = emulators;
  const repository = 'octo-ada/unwatched';
  await github.createRepository({ repository });
  const { id: appId } = await system.call<{ id: string }>('POST', '/api/oauth-apps', {
    provider: 'github',
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    clientSecret: DEFAULT_CLIENT_SECRET,
    settings: { origins: emulators.origins.github },
  });
  const scopes = ['admin:repo_hook', 'repo', 'notifications'];
  const { accessToken } = await github.issueToken({
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    account: 'octo-ada',
    scopes,
  });
  const { id } = await system.call<{ id: string }>('POST', '/api/connections', {
    provider: 'github',
    appId,
    accessToken,
    scopes,
    settings: { resources: [repository] },
    userId: 'acme',
  });
  // The first poll is the baseline.
  await eventually(async () => {
    const [poll] = await scene.rows(
      `select from connection_tasks
       where connection_id = $1 and name = 'repository-events' and kind = 'poll' and last_succeeded_at is not null`,
      [id],
    );
    return poll;
  }, 'the first poll of the repository');
  await scene.runTask(id, 'check', 'repository-hook');
  await eventually(async () => {
    const [check] = await scene.rows(
      `select from connection_tasks
       where connection_id = $1 and kind = 'check' and lease_id is null and last_outcome = 'registration_off'`,
      [id],
    );
    return check;
  }, 'the end of the check');
  await github.act({ repository, kind: 'push' });
  await system.call('POST', `/api/connections/${id}/poll?userId=acme&poll=repository-events`);
  const [event] = await eventually(async () => {
    const events = await system.call<{ via: string; repository: string }[]>(
      'GET',
      '/api/webhook-events?userId=acme&eventType=github.push',
    );
    return events.length > 0 ? events : undefined;
  }, 'the polled event');
  expect(event).toMatchObject({ via: 'poll' });
  expect(await system.call('GET', '/api/webhooks/list?userId=acme')).toEqual([]);
  expect(await github.listHooks({ repository })).toEqual([]);
});
