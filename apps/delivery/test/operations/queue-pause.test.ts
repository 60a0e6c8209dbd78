import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';

const EVENTS = 30;

async function setUp() {
  // Claims are rare, so that a replica does not learn of a pause from a claim by chance.
  const harness = await createHarness({ pollIntervalMs: 1_000 });
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  const waitUntilStored = (ids: readonly string[]) =>
    until(async () => {
      const rows = await harness.asOwner('select from events where id = any($1)', [ids]);
      return rows.length === ids.length;
    });
  return { harness, receiver, tenant: newTenant(), waitUntilStored };
}

test('after the answer to a pause no replica begins a request, and after the answer to a resume all replicas send', async () => {
  const { harness, receiver, tenant, waitUntilStored } = await setUp();
  const [first, second] = [await harness.startReplica(), await harness.startReplica()];
  await first.createEndpoint(tenant, receiver.url);
  const publishMany = () =>
    Promise.all(Array.from({ length: EVENTS }, (_, n) => harness.publish({ tenant, payload: { n } })));
  for (let round = 1; round <= 3; round++) {
    const paused = await (round % 2 === 0 ? second : first).call('POST', '/api/webhooks/queue/pause');
    expect(paused.status).toBe(200);
    const before = receiver.requests.length;
    const ids = await publishMany();
    await waitUntilStored(ids);
    expect(receiver.requests).toHaveLength(before);
    const stats = (await second.call('GET', '/api/webhooks/queue/stats')).json.data;
    expect(stats).toMatchObject({ paused: true, waiting: EVENTS, active: 0 });

    expect((await first.call('POST', '/api/webhooks/queue/resume')).status).toBe(200);
    await publishMany();
    await receiver.waitFor(before + 2 * EVENTS, 20_000);
    await harness.expectSettled(first);
  }
});

test('a replica that starts while the queue is paused sends nothing', async () => {
  const { harness, receiver, tenant, waitUntilStored } = await setUp();
  const first = await harness.startReplica();
  await first.createEndpoint(tenant, receiver.url);
  await first.call('POST', '/api/webhooks/queue/pause');
  await first.stop();
  const ids = await Promise.all(Array.from({ length: EVENTS }, () => harness.publish({ tenant })));
  await harness.startReplica();
  await waitUntilStored(ids);
  expect(receiver.requests).toHaveLength(0);
});

test('a pause waits for a replica that hangs until the replica counts as dead', async () => {
  const { harness } = await setUp();
  const replica = await harness.startReplica();
  await harness.asOwner(
    `insert into delivery_replicas (id, seen_at, since, catalog_version)
     values ('hung', now() - interval '7 seconds', now(), 0)`,
  );
  expect((await replica.call('POST', '/api/webhooks/queue/pause')).status).toBe(200);
  const [hung] = await harness.asOwner<{ seconds: number }>(
    `select extract(epoch from now() - seen_at)::float8 as seconds from delivery_replicas where id = 'hung'`,
  );
  // The replica was removed, or it has had no heartbeat for ten seconds.
  expect(hung === undefined || hung.seconds >= 10).toBe(true);
  const stats = await replica.call('GET', '/api/webhooks/queue/stats');
  expect(stats.json.data).toMatchObject({ paused: true });
});
