import { createIdFactory, internalHeaders } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import { buildScheduler } from '../src/app.ts';
import { createHarness, logger } from './harness.ts';
import { schedulerOptions, TOKEN } from './support/scheduler-options.ts';
import { useNats } from './support/use-nats.ts';

const onFatal = (error: Error) => {
  throw error;
};

test('a schedule, an OAuth application and a connection are found by id and by name, by their own tenant only', async () => {
  const [harness, nats] = await Promise.all([createHarness(), useNats()]);
  await harness.holdPartitionsJob();
  const options = schedulerOptions(
    { databaseUrl: harness.serviceUrl, natsUrl: nats.url },
    { webhookRegistration: true },
  );
  const service = await buildScheduler(options, { logger, onFatal });
  onTestFinished(() => service.close());
  const call = async (method: 'GET' | 'POST', url: string, tenant: string, body?: object) => {
    const answer = await service.app.inject({
      method,
      url,
      headers: internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_1' }),
      ...(body && { payload: body }),
    });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    return answer.json().data;
  };
  const look = async (text: string, tenant = 'acme') =>
    (await call('GET', `/internal/lookup?${new URLSearchParams({ q: text })}`, tenant)).found;

  const schedule = await call('POST', '/api/schedules', 'acme', { name: 'weekly', cron: '0 0 * * 1' });
  const connectionId = createIdFactory('con')();
  const appId = createIdFactory('oap')();
  await harness.asOwner(
    `set role hookline_system;
     insert into oauth_apps (id, tenant_id, provider, name, client_id, client_secret, source)
     values ('${appId}', 'acme', 'github', 'The bot', 'c', 's', 'api');
     insert into connections (id, tenant_id, provider, app_id, account_id, account_name, scopes_requested, status, consent_at)
     values ('${connectionId}', 'acme', 'github', '${appId}', '4711', 'octocat', '{}', 'connected', now());
     reset role`,
  );
  for (const [text, kind, id, matchedBy, title] of [
    [schedule.id, 'schedule', schedule.id, 'id', 'weekly'],
    ['WEEK', 'schedule', schedule.id, 'name', 'weekly'],
    [appId, 'oauth_app', appId, 'id', 'The bot'],
    ['the bot', 'oauth_app', appId, 'name', 'The bot'],
    [connectionId, 'connection', connectionId, 'id', 'GitHub: octocat'],
    ['4711', 'connection', connectionId, 'account', 'GitHub: octocat'],
    ['Octo', 'connection', connectionId, 'account', 'GitHub: octocat'],
  ] as const) {
    expect([text, await look(text)]).toMatchObject([text, [{ kind, id, userId: 'acme', matchedBy, title }]]);
    expect(await look(text, 'other')).toEqual([]);
  }
});
