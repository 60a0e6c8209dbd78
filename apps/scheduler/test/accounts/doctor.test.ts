import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { startScheduler } from '../support/start-scheduler.ts';

interface Check {
  id: string;
  status: string;
  text: string;
}

const RETURN = 'https://app.example.com/';
const statusOf = (checks: Check[], id: string) => checks.find((check) => check.id === id)?.status;

test('the doctor examines a new application, one with an account, and one whose people do not come back', async () => {
  const scene = await startScheduler();
  const id = await scene.addApp('discord', EMULATED_CLIENTS.discord);
  const path = `/api/oauth-apps/${id}/doctor`;
  const examine = async () => (await scene.call('GET', path, { as: 'operator' })).json.data;
  const fresh = await examine();
  expect(statusOf(fresh.checks, 'client-secret')).toBe('unknown');
  expect(statusOf(fresh.checks, 'clock')).toMatch(/ok|problem/);

  await scene.connect('discord', { returnUrl: RETURN });
  await until(async () => statusOf((await examine()).checks, 'scopes') === 'ok');
  const healthy = await examine();
  expect(statusOf(healthy.checks, 'redirect-address')).toBe('ok');
  expect(statusOf(healthy.checks, 'offline-access')).toBe('ok');

  await scene.asOwner(
    "update oauth_flows set used_at = null, created_at = hookline_now() - interval '16 minutes'",
  );
  expect(statusOf((await examine()).checks, 'redirect-address')).toBe('problem');
  const [row] = await scene.asOwner<{ checked_at: Date | null; checks: Check[] }>(
    `select checked_at, checks from oauth_apps where id = '${id}'`,
  );
  expect(row?.checked_at).not.toBeNull();
  expect(statusOf(row?.checks ?? [], 'redirect-address')).toBe('problem');
});

test('a failed attempt to connect has the application examined by itself', async () => {
  const scene = await startScheduler();
  const id = await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  await scene.asOwner('update oauth_apps set checked_at = null');
  await scene.connect('spotify', { returnUrl: RETURN }, { approve: false });
  await until(async () => {
    const [row] = await scene.asOwner<{ checked_at: Date | null }>(
      `select checked_at from oauth_apps where id = '${id}'`,
    );
    return row?.checked_at !== null;
  });
});

test('a tenant examines its own applications, and only an operator those of the installation', async () => {
  const scene = await startScheduler();
  const id = await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const path = `/api/oauth-apps/${id}/doctor`;
  expect((await scene.call('GET', path, { as: 'acme' })).status).toBe(403);
  const own = await scene.call('POST', '/api/oauth-apps', {
    as: 'acme',
    body: { provider: 'github', clientId: 'mine', clientSecret: 'emulated', userId: 'acme' },
  });
  const ownPath = `/api/oauth-apps/${own.json.data.id}/doctor`;
  expect((await scene.call('GET', ownPath, { as: 'acme' })).status).toBe(200);
  expect((await scene.call('GET', ownPath, { as: 'other' })).status).toBe(404);
});
