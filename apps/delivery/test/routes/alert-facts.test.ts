import type { DeadLetterCount, FailingEndpoint, OpenDeliveries } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness({ failureIntervalMs: 100 });
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

async function ask<Fact>(path: string, body: object): Promise<Fact[]> {
  const answer = await replica.call('POST', `/internal/alert-facts/${path}`, { body });
  expect([answer.status, answer.json.error]).toEqual([200, undefined]);
  return answer.json.data;
}

test('endpoints that have had nothing but failures are listed with their tenant, and no longer after a success', async () => {
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  onTestFinished(() => receiver.close());
  const [tenant, other] = [newTenant(), newTenant()];
  const { id } = await replica.createEndpoint(tenant, receiver.url, { name: 'Orders', tags: ['gold'] });
  await harness.publish({ tenant, type: 'a.b' });
  const [found] = await until(async () => {
    const all = await ask<FailingEndpoint>('failing-endpoints', { userIds: [tenant] });
    return all.length > 0 && all;
  });
  expect(found).toMatchObject({ id, userId: tenant, name: 'Orders', tags: ['gold'] });
  expect(found?.failures).toBeGreaterThan(0);
  expect(found?.failingSeconds).toBeGreaterThanOrEqual(0);
  expect(Date.parse(found?.failingSince ?? '')).toBeLessThanOrEqual(Date.now() + 60_000);
  expect(await ask('failing-endpoints', { userIds: [other] })).toEqual([]);
  expect(await ask('failing-endpoints', { userIds: null })).toMatchObject([{ id }]);
  expect(await ask('failing-endpoints', { userIds: null, after: id })).toEqual([]);

  receiver.respond = () => ({});
  await harness.publish({ tenant, type: 'a.b' });
  await until(async () => (await ask('failing-endpoints', { userIds: [tenant] })).length === 0);
});

test('an endpoint is on, off by a caller, off by Hookline, or gone', async () => {
  const tenant = newTenant();
  const [on, off, disabled, gone] = await Promise.all(
    [1, 2, 3, 4].map(async () => (await replica.createEndpoint(tenant, 'http://127.0.0.1:9/')).id),
  );
  await replica.call('PATCH', `/api/webhooks/${off}`, { as: tenant, body: { active: false } });
  await replica.call('DELETE', `/api/webhooks/${gone}`, { as: tenant });
  await harness.asOwner(
    "update endpoints set active = false, disabled_at = now(), disabled_reason = 'r' where id = $1",
    [disabled],
  );
  const ids = [on, off, disabled, gone, 'ep_never'];
  const states = await ask<{ id: string; state: string }>('endpoint-presence', { ids });
  expect(Object.fromEntries(states.map(({ id, state }) => [id, state]))).toEqual({
    [String(on)]: 'active',
    [String(off)]: 'off',
    [String(disabled)]: 'disabled',
    [String(gone)]: 'gone',
    ep_never: 'gone',
  });
});

test('dead letters are counted by tenant in each window, without those of alerts', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  await harness.asOwner(
    `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, created_at, completed_at)
     select 'evt_dead' || n, 'ep_dead', tenant, type, 'failed', now(), now() - age * interval '1 minute'
     from (values (1, $1::text, 'a.b', 1), (2, $1, 'a.b', 10), (3, $1, 'a.b', 100), (4, $1, 'a.b', 1500),
                  (5, $1, 'hookline.alert.firing', 1), (6, $2, 'a.b', 1)) made(n, tenant, type, age)`,
    [tenant, other],
  );
  onTestFinished(async () => {
    await harness.asOwner("delete from deliveries where endpoint_id = 'ep_dead'");
  });
  const count = (userIds: string[] | null, withinMinutes = 1_440) =>
    ask<DeadLetterCount>('dead-letters', { userIds, withinMinutes });
  expect(await count([tenant])).toEqual([{ userId: tenant, counts: [1, 2, 2, 3, 3] }]);
  expect(await count([tenant, other])).toEqual(
    expect.arrayContaining([{ userId: other, counts: [1, 1, 1, 1, 1] }]),
  );
  expect(await count([tenant], 5)).toEqual([{ userId: tenant, counts: [1, 1, 1, 1, 1] }]);
  expect(await count([newTenant()])).toEqual([]);
  const [all] = await count(null);
  expect(all?.userId).toBeNull();
  expect(all?.counts[0]).toBeGreaterThanOrEqual(2);
});

test('open deliveries are counted by tenant, with the age of the oldest that is due', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  await replica.call('POST', '/api/webhooks/queue/pause');
  onTestFinished(() => void replica.call('POST', '/api/webhooks/queue/resume'));
  const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/');
  const idle = await replica.createEndpoint(other, 'http://127.0.0.1:9/');
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 5, inSeconds: -120 });
  await insertDueDeliveries(harness, { endpointIds: [idle.id], tenant: other, count: 2, inSeconds: 3_600 });
  const found = await ask<OpenDeliveries>('open-deliveries', { userIds: [tenant, other] });
  const byTenant = new Map(found.map((each) => [each.userId, each] as const));
  expect(byTenant.get(tenant)).toMatchObject({ open: 5 });
  expect(byTenant.get(tenant)?.oldestSeconds).toBeGreaterThanOrEqual(120);
  expect(byTenant.get(other)).toEqual({ userId: other, open: 2, oldestSeconds: 0 });
  const [all] = await ask<OpenDeliveries>('open-deliveries', { userIds: null });
  expect(all?.userId).toBeNull();
  expect(all?.open).toBeGreaterThanOrEqual(7);
  await harness.asOwner('delete from deliveries where endpoint_id = any($1)', [[id, idle.id]]);
});

test('what the ledger misses is told for all tenants together', async () => {
  expect(await ask('unaccounted', { userIds: null })).toEqual([{ userId: null, unaccounted: 0 }]);
  await harness.asOwner(
    "insert into ledger_checks (stream_epoch, checked_seq, unaccounted) values ('old', 1, 3)",
  );
  expect(await ask('unaccounted', { userIds: null })).toEqual([{ userId: null, unaccounted: 3 }]);
  await harness.asOwner("delete from ledger_checks where stream_epoch = 'old'");
});

test('no tenant may ask for facts', async () => {
  for (const path of ['failing-endpoints', 'dead-letters', 'open-deliveries', 'endpoint-presence']) {
    const answer = await replica.call('POST', `/internal/alert-facts/${path}`, {
      as: newTenant(),
      body: { userIds: null, withinMinutes: 5, ids: [] },
    });
    expect(answer.status).toBe(403);
  }
});
