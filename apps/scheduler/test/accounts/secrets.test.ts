import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { factsOf, startScheduler } from '../support/start-scheduler.ts';

/** All bytes that nats-server has stored, as text. */
function textOfStreams(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path).toString('latin1'))
    .join('\n');
}

const RETURN = 'https://app.example.com/';

test('no token, code, state or client secret is in a log, an error, the journal, an event or a table', async () => {
  const scene = await startScheduler();
  await scene.addApp('slack', EMULATED_CLIENTS.slack, { userScopes: ['search:read'] });
  await scene.addApp('github', EMULATED_CLIENTS.githubApp);
  const started = await scene.call('GET', '/api/oauth/github/start');
  const authorization = new URL(String(started.headers['location']));
  const secrets = [DEFAULT_CLIENT_SECRET, authorization.searchParams.get('state') ?? ''];
  secrets.push(String(started.headers['set-cookie']).split(/[=;]/)[1] ?? '');
  const callback = new URL(scene.emulators.consent(authorization.href));
  secrets.push(callback.searchParams.get('code') ?? '');
  // The exchange of the code fails, and so does the next one after a success.
  scene.emulators.injectFault({ kind: 'status', status: 500, body: 'secret echoed', path: 'access_token' });
  const failed = await scene.call('GET', `${callback.pathname}${callback.search}`, {
    as: null,
    cookie: String(started.headers['set-cookie']).split(';', 1)[0] ?? '',
  });
  expect(failed.status).toBe(503);

  const { connection = '' } = factsOf(await scene.connect('slack', { returnUrl: RETURN }));
  for (const kind of ['bot', 'user'])
    secrets.push(
      (await scene.call('GET', `/api/connections/${connection}/token?kind=${kind}`)).json.data.token,
    );
  const shown: string[] = [];
  // Refused grants, faults of every kind, and a provider that echoes what it gets.
  for (const fault of [
    { kind: 'not-json' },
    { kind: 'invalid-grant' },
    { kind: 'status', status: 400, body: { error: secrets[4], error_description: secrets.join(' ') } },
    { kind: 'invalid-client' },
  ] as const) {
    scene.emulators.injectFault({ ...fault, grantType: 'refresh_token', times: 2 } as never);
    const answer = await scene.call('POST', `/api/connections/${connection}/refresh`);
    shown.push(answer.text);
  }
  const imported = await scene.call('POST', '/api/connections', {
    body: { provider: 'github', refreshToken: 'a-planted-refresh-token' },
  });
  secrets.push('a-planted-refresh-token');
  shown.push(imported.text, failed.text);
  for (const path of ['', '/journey'])
    shown.push((await scene.call('GET', `/api/connections/${connection}${path}`)).text);
  shown.push(
    (await scene.call('GET', '/api/oauth-apps')).text,
    (await scene.service.app.inject('/metrics')).body,
  );

  for (const table of [
    'oauth_apps',
    'oauth_flows',
    'connection_links',
    'connections',
    'connection_tokens',
    'connection_journal',
    'connection_announcements',
    'connection_tasks',
    'grant_revocations',
    'connection_imports',
    'jobs',
  ]) {
    const rows = await scene.asOwner<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t`);
    shown.push(...rows.map(({ row }) => row));
  }
  await until(async () => (await scene.asOwner('select from connection_announcements')).length === 0, {
    timeoutMs: 15_000,
  });
  shown.push(textOfStreams(scene.nats.directory), scene.log.text());
  const all = shown.join('\n');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(all.includes(secret)).toBe(false);
  }
  expect(all).not.toMatch(/emulated-(?:access|refresh|bot|user)-\d/);
}, 60_000);
