import { deliveryId } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { discardHeld } from '../../src/operations/held/discard-held.ts';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  // A second stands for the days of an installation.
  harness = await createHarness({ holdMs: 1_000, heldIntervalMs: 100 });
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

test('what an endpoint that is off too long has not got is discarded and announced, and its journey says why', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  await replica.createEndpoint(tenant, receiver.url, { events: ['delivery.expired'] });
  const off = await replica.createEndpoint(tenant, `${receiver.url}off`, {
    name: 'of the shop',
    events: ['a.*'],
    active: false,
    whenOff: 'hold',
  });
  const eventId = await harness.publish({ tenant, type: 'a.b' });
  const id = deliveryId(eventId, off.id);
  const discarded = await waitForDelivery(replica, id, ['discarded']);
  expect(discarded).toMatchObject({
    attempts: 0,
    nextAttemptAt: null,
    discarded: {
      by: 'hookline',
      reason: expect.stringMatching(
        /^The endpoint has been switched off since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
      ),
    },
  });
  const [announced] = await receiver.waitFor(1);
  expect(JSON.parse(announced?.body.toString() ?? '')).toMatchObject({
    type: 'delivery.expired',
    data: {
      webhookId: off.id,
      name: 'of the shop',
      offSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  });
  const { json } = await replica.call('GET', `/api/webhook-events/${eventId}/journey`, { as: tenant });
  expect(json.data.summary).toMatch(/: discarded$/);
  // Nothing keeps the day any more, and the statistics know it.
  const [open] = await harness.asOwner<{ n: number }>(
    'select count(*)::int as n from deliveries where endpoint_id = $1 and due_at is not null',
    [off.id],
  );
  expect(open?.n).toBe(0);
  await until(async () => {
    const stats = await replica.call('GET', `/api/webhooks/${off.id}/stats`, { as: tenant });
    return JSON.stringify(stats.json.data).includes('"discarded":1');
  });
  // It can still be sent by its id.
  await replica.call('POST', `/api/webhooks/${off.id}/resume`, { as: tenant });
  await replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant });
  await waitForDelivery(replica, id, ['success']);
});

test('deliveries of an endpoint that is on, or not off for long, or that are new, stay as they are', async () => {
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const tenant = newTenant();
  const on = await replica.createEndpoint(tenant, 'https://example.com/');
  const other = await createHarness({ holdMs: 0 });
  onTestFinished(() => other.stop());
  const idle = openDatabase(other);
  onTestFinished(() => idle.close());
  await insertDueDeliveries(other, { endpointIds: [on.id], tenant, count: 3, inSeconds: 3_600 });
  const insert = (active: boolean) =>
    other.asOwner(
      `insert into endpoints (id, tenant_id, name, url, events, secrets, version, active, created_at)
       values ($1, $2, 'n', 'https://example.com/', '{*}', '[]', 1, $3, now() - interval '2 days')`,
      [on.id, tenant, active],
    );
  await insert(true);
  expect(await discardHeld(idle, 0)).toBe(0);
  // Switched off now: since then it counts, and not since it was made.
  await other.asOwner('update endpoints set active = false where id = $1', [on.id]);
  expect(await discardHeld(idle, 86_400_000)).toBe(0);
  await other.asOwner("update endpoints set inactive_since = now() - interval '2 days' where id = $1", [
    on.id,
  ]);
  // The endpoint is off for long, and the events are of today.
  expect(await discardHeld(idle, 86_400_000)).toBe(0);
  expect(await discardHeld(idle, 0)).toBe(3);
  expect(await discardHeld(idle, 0)).toBe(0);
  const rows = await other.asOwner<{ n: number }>('select count(*)::int as n from announcements');
  expect(rows).toEqual([{ n: 1 }]);
});

test('a backlog of more than one statement is discarded, and counted once', async () => {
  const other = await createHarness({ holdMs: 0 });
  onTestFinished(() => other.stop());
  const database = openDatabase(other);
  onTestFinished(() => database.close());
  const tenant = newTenant();
  await insertDueDeliveries(other, { endpointIds: ['ep_1'], tenant, count: 700, inSeconds: 3_600 });
  await other.asOwner(
    `insert into endpoints (id, tenant_id, name, url, events, secrets, version, active, inactive_since)
     values ('ep_1', $1, 'n', 'https://example.com/', '{*}', '[]', 1, false, now())`,
    [tenant],
  );
  // Two replicas at the same time.
  const counts = await Promise.all([discardHeld(database, 0), discardHeld(database, 0)]);
  const rest = await discardHeld(database, 0);
  expect((counts[0] ?? 0) + (counts[1] ?? 0) + rest).toBe(700);
  const [counted] = await other.asOwner<{ n: number }>(
    'select coalesce(sum(discarded), 0)::int as n from statistics_changes',
  );
  expect(counted?.n).toBe(700);
});
