import type { LostConnection, SubjectPresence, UsedQuota } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import { buildScheduler } from '../src/app.ts';
import { insertTasks } from './connection-rows.ts';
import { createHarness, logger } from './harness.ts';
import { schedulerOptions, TOKEN } from './support/scheduler-options.ts';
import { useNats } from './support/use-nats.ts';

const onFatal = (error: Error) => {
  throw error;
};

async function start() {
  const [harness, nats] = await Promise.all([createHarness(), useNats()]);
  await harness.holdPartitionsJob();
  const service = await buildScheduler(
    schedulerOptions({ databaseUrl: harness.serviceUrl, natsUrl: nats.url }),
    { logger, onFatal },
  );
  onTestFinished(() => service.close());
  const ask = async <Fact>(path: string, payload: object): Promise<Fact[]> => {
    const answer = await service.app.inject({
      method: 'POST',
      url: `/internal/alert-facts/${path}`,
      headers: internalHeaders(TOKEN, { role: 'operator', keyId: 'alerts' }),
      payload,
    });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json().data;
  };
  return { harness, ask };
}

test('connections that a person has to connect again are listed with their tenant, and others are there, paused or gone', async () => {
  const { harness, ask } = await start();
  const insert = (id: string, tenant: string, status: string, deleted = 'null') =>
    harness.asOwner(
      `insert into connections (id, tenant_id, provider, app_id, account_id, account_name, scopes_requested, status, consent_at,
                                deleted_at)
       values ('${id}', '${tenant}', 'github', 'oap_1', '${id}', 'octocat', '{}', '${status}', now(), ${deleted})`,
    );
  await insert('con_1', 'acme', 'needs_reauth');
  await insert('con_2', 'acme', 'connected');
  await insert('con_3', 'beta', 'revoked');
  await insert('con_4', 'acme', 'revoked', 'now()');
  const list = (body: object) => ask<LostConnection>('lost-connections', body);
  expect(await list({ userIds: ['acme'] })).toEqual([
    { id: 'con_1', userId: 'acme', name: 'octocat', provider: 'github', status: 'needs_reauth' },
  ]);
  expect((await list({ userIds: null })).map(({ id }) => id)).toEqual(['con_1', 'con_3']);
  expect((await list({ userIds: null, after: 'con_1' })).map(({ id }) => id)).toEqual(['con_3']);

  await insert('con_5', 'acme', 'paused');
  const ids = ['con_1', 'con_2', 'con_4', 'con_5', 'con_none'];
  const states = await ask<SubjectPresence>('connection-presence', { ids });
  expect(Object.fromEntries(states.map(({ id, state }) => [id, state]))).toEqual({
    con_1: 'active',
    con_2: 'active',
    con_4: 'gone',
    con_5: 'off',
    con_none: 'gone',
  });
});

test('quotas near their end are listed once for each tenant that takes from them, in their window only', async () => {
  const { harness, ask } = await start();
  await harness.asOwner(
    `insert into quota_groups (key, capacity, window_seconds, window_ends_at, used, reserved)
     values ('near', 100, 3600, hookline_now() + interval '1 hour', 70, 10),
            ('far', 100, 3600, hookline_now() + interval '1 hour', 79, 0),
            ('over', 100, 3600, hookline_now() - interval '1 second', 100, 0),
            ('unknown', null, 3600, hookline_now() + interval '1 hour', 100, 0)`,
  );
  const task = { intervalSeconds: 3_600, dueInSeconds: 3_600 };
  await insertTasks(harness, [
    { ...task, tenant: 'acme', quotaKeys: ['near', 'far', 'over', 'unknown'] },
    { ...task, tenant: 'acme', quotaKeys: ['near'] },
    { ...task, tenant: 'beta', quotaKeys: ['near'] },
  ]);
  const list = (body: object) => ask<UsedQuota>('used-quotas', body);
  const of = (userId: string, key: string, used: number) => ({ key, userId, used, capacity: 100 });
  expect(await list({ userIds: ['acme'], percent: 80 })).toEqual([of('acme', 'near', 80)]);
  expect(await list({ userIds: ['acme'], percent: 79 })).toEqual([
    of('acme', 'far', 79),
    of('acme', 'near', 80),
  ]);
  expect(await list({ userIds: null, percent: 80 })).toEqual([
    of('acme', 'near', 80),
    of('beta', 'near', 80),
  ]);
  expect(await list({ userIds: null, percent: 80, after: 'acme\u001fnear' })).toEqual([
    of('beta', 'near', 80),
  ]);
});
