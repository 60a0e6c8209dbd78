import { startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, newTenant, type Replica } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { watchConcurrency } from '../support/watch-concurrency.ts';

// The tests run concurrently, on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type OnTestFinished = (clean: () => void | Promise<void>) => void;

async function setUp(onTestFinished: OnTestFinished, overrides?: Parameters<typeof createHarness>[0]) {
  const harness = await createHarness(overrides);
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  const publish = (tenant: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => harness.publish({ tenant, payload: { n } })));
  return { harness, receiver, publish, tenant: newTenant() };
}

const readHealth = async (replica: Replica, id: string) =>
  (await replica.call('GET', `/api/webhooks/${id}`)).json.data.health;

/** Waits until each replica knows all replicas. */
async function haveMet(replicas: readonly Replica[]): Promise<void> {
  const known = new RegExp(`^hookline_replicas\\S* ${replicas.length}$`, 'm');
  for (const replica of replicas)
    await until(async () => known.test((await replica.call('GET', '/metrics')).text), {
      what: 'the replicas to know each other',
    });
}

test.concurrent('two replicas together keep to a rate limit; the deliveries above it wait in Postgres, with no attempt counted', async ({
  onTestFinished,
}) => {
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished);
  const first = await harness.startReplica();
  const replicas = [first, await harness.startReplica()];
  await haveMet(replicas);
  const perSecond = 20;
  const { id } = await first.createEndpoint(tenant, receiver.url, {
    rateLimit: { perSecond },
    timeoutSeconds: 10,
  });
  const events = 80;
  // Asked from the start on: on a slow machine the deliveries may have been sent before the next question. The replica that
  // was given more of the events says so.
  const limited = until(
    async () => {
      const states = await Promise.all(replicas.map((replica) => readHealth(replica, id)));
      return states.some(({ state }) => state === 'limited');
    },
    { what: 'a lane to be limited' },
  );
  await publish(tenant, events);
  await receiver.waitFor(5);
  const [open] = await harness.asOwner<{ pending: number; sending: number }>(
    `select count(*) filter (where status = 'pending')::int as pending,
            count(*) filter (where status = 'sending')::int as sending from deliveries`,
  );
  expect(open?.pending).toBeGreaterThan(0);
  // Each replica may claim a burst: a second's requests and a tenth more.
  expect(open?.sending).toBeLessThanOrEqual(2 * perSecond * 1.1);
  await limited;
  await receiver.waitFor(events, 60_000);
  await harness.expectSettled(first);
  expect(receiver.requests).toHaveLength(events);
  const starts = (
    await harness.asOwner<{ ms: number }>(
      'select extract(epoch from started_at)::float8 * 1000 as ms from attempts order by 1',
    )
  ).map(({ ms }) => ms);
  expect(starts).toHaveLength(events);
  // The burst: a tenth more, and one request for each replica.
  const most = perSecond * 1.1 + 2;
  for (let index = 0; index + most < starts.length; index++) {
    expect((starts[index + most] as number) - (starts[index] as number)).toBeGreaterThan(1_000 - 20);
  }
});

test.concurrent('two replicas together keep to a limit of requests in flight', async ({ onTestFinished }) => {
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished);
  const first = await harness.startReplica();
  await haveMet([first, await harness.startReplica()]);
  const concurrency = watchConcurrency(receiver, 30);
  for (const [path, limit] of [
    ['one', 1],
    ['three', 3],
  ] as const) {
    await first.createEndpoint(tenant, `${receiver.url}${path}`, {
      rateLimit: { concurrency: limit },
      timeoutSeconds: 10,
    });
  }
  await publish(tenant, 40);
  await receiver.waitFor(80, 60_000);
  await harness.expectSettled(first);
  expect(concurrency.most('/one')).toBe(1);
  expect(concurrency.most('/three')).toBeLessThanOrEqual(3);
  expect(concurrency.most('/three')).toBeGreaterThan(1);
});

/** The reasons why the endpoint's newest deliveries wait. */
const waitsFor = async (replica: Replica, endpointId: string): Promise<string[]> =>
  (await replica.call('GET', `/api/webhooks/${endpointId}/deliveries`)).json.data.map(
    (delivery: { waitsFor: string | null }) => delivery.waitsFor,
  );

test.concurrent('a delivery shows what it waits for: its endpoint, the queue, or its due time', async ({
  onTestFinished,
}) => {
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished);
  receiver.respond = () => ({ status: 500 });
  const replica = await harness.startReplica();
  const { id } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [600] });
  await publish(tenant, 1);
  await until(
    async () => (await replica.call('GET', '/api/deliveries?status=retrying')).json.data.length > 0,
  );
  expect(await waitsFor(replica, id)).toEqual([null]);
  await replica.call('PUT', `/api/webhooks/${id}`, { body: { active: false } });
  await until(async () => (await waitsFor(replica, id))[0] === 'endpoint');
  await replica.call('PUT', `/api/webhooks/${id}`, { body: { active: true } });
  await until(async () => (await waitsFor(replica, id))[0] === null);

  await replica.call('POST', '/api/webhooks/queue/pause');
  await until(async () => (await readHealth(replica, id)).state === 'paused');
  await publish(tenant, 1);
  await until(async () => (await waitsFor(replica, id)).join() === 'queue,');
  receiver.respond = () => ({ status: 200 });
  await replica.call('POST', '/api/webhooks/queue/resume');
  await until(async () => (await waitsFor(replica, id)).join() === ',');
});

test.concurrent('while a receiver is unavailable its deliveries wait and use no retries, and are sent when it is back', async ({
  onTestFinished,
}) => {
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  const { port } = receiver;
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    retrySchedule: [1, 1, 1],
    timeoutSeconds: 10,
  });
  await receiver.close();
  const events = 60;
  await publish(tenant, events);
  const readIfOpen = async () => {
    const current = await readHealth(replica, id);
    // The deliveries in flight when the breaker opened wait again, too.
    return current.state === 'open' && current.waiting > 30 ? current : undefined;
  };
  const health = await until(readIfOpen, { what: 'the breaker to open', timeoutMs: 20_000 });
  expect(health).toMatchObject({ slots: 0, since: expect.any(String), nextProbeAt: expect.any(String) });
  expect(await waitsFor(replica, id)).toContain('receiver');
  const countAttempts = async () => (await harness.asOwner('select from attempts')).length;
  // Ten failures to open the breaker, the requests in flight at that time, and some probes.
  const attempts = await countAttempts();
  expect(attempts).toBeLessThan(40);
  await until(async () => (await countAttempts()) > attempts, { what: 'a probe', timeoutMs: 20_000 });
  expect((await replica.call('GET', '/metrics')).text).toMatch(
    /hookline_lanes\{state="(open|half_open)"[^}]*\} 1/,
  );

  const again = await startReceiver({ port });
  onTestFinished(() => again.close());
  await again.waitFor(events, 60_000);
  expect(await harness.expectSettled(replica)).toMatchObject({ delivered: events, dead: 0 });
  expect(await readHealth(replica, id)).toMatchObject({ inFlight: 0, waiting: 0, oldestDueSeconds: null });
});

test.concurrent('while sending is paused no replica starts an attempt; new events are stored, and sent afterwards', async ({
  onTestFinished,
}) => {
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished);
  const first = await harness.startReplica();
  const second = await harness.startReplica();
  const { id } = await first.createEndpoint(tenant, receiver.url, { timeoutSeconds: 10 });
  await harness.asOwner('update endpoint_catalog set paused = true');
  for (const replica of [first, second])
    await until(async () => (await readHealth(replica, id)).state === 'paused', { what: 'the pause' });
  await publish(tenant, 20);
  await until(async () => (await harness.asOwner('select from deliveries')).length === 20);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.requests).toHaveLength(0);
  expect(await readHealth(first, id)).toMatchObject({ state: 'paused', waiting: 20 });
  await harness.asOwner('update endpoint_catalog set paused = false');
  await receiver.waitFor(20, 30_000);
  await harness.expectSettled(first);
  expect(receiver.requests).toHaveLength(20);
});

test.concurrent('200,000 due deliveries of one endpoint do not delay the delivery of another', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  receiver.respond = ({ path }) => (path === '/big' ? { hang: true } : {});
  const replica = await harness.startReplica();
  const big = await replica.createEndpoint(tenant, `${receiver.url}big`, { timeoutSeconds: 30 });
  const small = await replica.createEndpoint(newTenant(), `${receiver.url}small`);
  await replica.stop();
  const rows = 200_000;
  await insertDueDeliveries(harness, { endpointIds: [big.id], tenant, count: rows });
  await harness.asOwner('analyze deliveries');
  await insertDueDeliveries(harness, { endpointIds: [small.id], tenant: 'small', count: 1 });
  await harness.startReplica();
  await receiver.waitFor((requests) => requests.some(({ path }) => path === '/small'), 30_000);
  const [claimed] = await harness.asOwner<{ count: number }>(
    `select count(*)::int as count from deliveries where endpoint_id = $1 and status = 'sending'`,
    [big.id],
  );
  // No more rows were read than its lane has capacity for.
  expect(claimed?.count).toBeLessThanOrEqual(30);
});

test.concurrent('unresponsive endpoints hold only their own slots: other endpoints, and other tenants, are served', async ({
  onTestFinished,
}) => {
  const maxInFlight = 60;
  const { harness, receiver, publish, tenant } = await setUp(onTestFinished, { maxInFlight });
  const concurrency = watchConcurrency(receiver, 0, ({ path }) => path.startsWith('/dead'));
  const replica = await harness.startReplica();
  const other = newTenant();
  for (let n = 0; n < 25; n++) {
    await replica.createEndpoint(tenant, `${receiver.url}dead${n}`, { timeoutSeconds: 30 });
    await replica.createEndpoint(tenant, `${receiver.url}alive${n}`, { timeoutSeconds: 30 });
  }
  await replica.createEndpoint(other, `${receiver.url}other`, { timeoutSeconds: 30 });
  const events = 20;
  await publish(tenant, events);
  await publish(other, events);
  const served = (requests: typeof receiver.requests) =>
    requests.filter(({ path }) => !path.startsWith('/dead')).length;
  await receiver.waitFor((requests) => served(requests) === 26 * events, 60_000);
  // No request to an unresponsive endpoint has ended, and all other events have arrived.
  const hanging = receiver.requests.length - served(receiver.requests);
  expect(hanging).toBeGreaterThan(10);
  expect(hanging).toBeLessThanOrEqual(maxInFlight / 2);
  expect(concurrency.mostInAll()).toBeLessThanOrEqual(maxInFlight);
  for (let n = 0; n < 25; n++) expect(concurrency.most(`/dead${n}`)).toBeLessThanOrEqual(10);
});
