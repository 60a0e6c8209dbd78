import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { claimDue } from '../../src/pipeline/lanes/claim-due.ts';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';

// The tests run at the same time, possibly on a busy machine, and promise no times: these are upper bounds.
vi.setConfig({ testTimeout: 300_000 });
const WAIT_MS = 120_000;

/** The receiver shares its thread with the senders, so its answers can be slow. */
const SLOW = { timeoutSeconds: 30 };

type OnTestFinished = (clean: () => void | Promise<void>) => void;

/** The tests run at the same time, each with its own servers. */
async function setUp(
  onTestFinished: OnTestFinished,
  overrides?: Parameters<typeof createHarness>[0],
): Promise<{ harness: Harness; receiver: Receiver; tenant: string }> {
  const harness = await createHarness(overrides);
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  return { harness, receiver, tenant: newTenant() };
}

const idsOf = (receiver: Receiver) =>
  receiver.requests.map(({ headers, path }) => `${headers['webhook-id']} ${path}`);

/**
 * How many requests may be repeats: of attempts that failed, of outcomes that came after the end of their lease, and of
 * events that JetStream delivered again. None, unless the machine is so busy that a replica stands still for seconds.
 */
async function countRepeatable(harness: Harness, replicas: readonly Replica[]): Promise<number> {
  const [failed] = await harness.asOwner<{ count: number }>(
    `select count(*)::int as count from attempts where outcome <> 'success'`,
  );
  const [known] = await harness.asOwner<{ endpoints: number }>(
    'select count(*)::int as endpoints from endpoints',
  );
  const { delivered } = await harness.bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER);
  const again = delivered.consumer_seq - delivered.stream_seq;
  let repeatable = (failed?.count ?? 0) + again * (known?.endpoints ?? 0);
  for (const replica of replicas) {
    const { text } = await replica.call('GET', '/metrics');
    repeatable += Number(/^hookline_fenced_outcomes_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
  }
  return repeatable;
}

test.concurrent('without failures each event is delivered once', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replicas = await Promise.all([harness.startReplica(), harness.startReplica()]);
  for (const path of ['a', 'b', 'c'])
    await replicas[0].createEndpoint(tenant, `${receiver.url}${path}`, SLOW);
  const events = 150;
  await Promise.all(Array.from({ length: events }, (_, n) => harness.publish({ tenant, payload: { n } })));
  await receiver.waitFor(events * 3, WAIT_MS);
  expect(await harness.expectSettled(replicas[1], WAIT_MS)).toMatchObject({
    accepted: events * 3,
    delivered: events * 3,
  });
  expect(new Set(idsOf(receiver)).size).toBe(events * 3);
  const repeats = receiver.requests.length - events * 3;
  expect(repeats).toBeLessThanOrEqual(await countRepeatable(harness, replicas));
});

test.concurrent('if many deliveries are due at once, each is sent by only one replica', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const first = await harness.startReplica();
  const endpoints: string[] = [];
  for (let n = 0; n < 20; n++)
    endpoints.push((await first.createEndpoint(tenant, `${receiver.url}${n}`, SLOW)).id);
  await first.stop();
  await insertDueDeliveries(harness, { endpointIds: endpoints, tenant, count: 50 });
  const replicas = await Promise.all([harness.startReplica(), harness.startReplica()]);
  await receiver.waitFor(1_000, WAIT_MS);
  await until(
    async () => (await harness.asOwner('select from deliveries where due_at is not null')).length === 0,
    { timeoutMs: WAIT_MS },
  );
  expect(new Set(idsOf(receiver)).size).toBe(1_000);
  const repeats = receiver.requests.length - 1_000;
  expect(repeats).toBeLessThanOrEqual(await countRepeatable(harness, replicas));
  // Both replicas sent deliveries.
  for (const replica of replicas) {
    const metrics = (await replica.call('GET', '/metrics')).text;
    expect(
      Number(/hookline_attempts_total\{status="success"[^}]*\} (\d+)/.exec(metrics)?.[1]),
    ).toBeGreaterThan(0);
  }
});

test.concurrent('claims that run at the same time take each delivery once, and no more than the capacity of its lane', async ({
  onTestFinished,
}) => {
  const { harness, tenant } = await setUp(onTestFinished);
  const endpointIds = Array.from({ length: 10 }, (_, n) => `ep_${n}`);
  await insertDueDeliveries(harness, { endpointIds, tenant, count: 300 });
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const claimed: string[] = [];
  const claimer = async (name: string) => {
    let afterEndpoint = '';
    for (let n = 0; ; n++) {
      const { rows, nextAfterEndpoint } = await claimDue(database, {
        leaseId: `${name}-${n}`,
        leaseSeconds: 60,
        capacityByLane: { ep_3: 5, ep_4: 0 },
        capacityOfOtherLanes: 30,
        deadLettersOfInactive: false,
        maxRows: 100,
        maxBytes: 1_000_000,
        maxBytesPerTenant: 1_000_000,
        fullTenants: [],
        afterEndpoint,
        maxEndpoints: 4,
      });
      const perEndpoint = Map.groupBy(rows, ({ endpointId }) => endpointId);
      for (const [endpointId, of] of perEndpoint) {
        expect(of.length).toBeLessThanOrEqual(endpointId === 'ep_3' ? 5 : 30);
      }
      for (const { eventId, endpointId } of rows) claimed.push(`${eventId} ${endpointId}`);
      const open = await harness.asOwner(
        `select from deliveries where status = 'retrying' and endpoint_id <> 'ep_4'`,
      );
      if (open.length === 0) return;
      afterEndpoint = nextAfterEndpoint;
    }
  };
  await Promise.all(['a', 'b', 'c'].map(claimer));
  expect(claimed).toHaveLength(2_700);
  expect(new Set(claimed).size).toBe(2_700);
});

test.concurrent('an endpoint gets its turn, however many other endpoints have deliveries that are not due', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  // These are more endpoints than one claim visits, and all of them come before the endpoint of this test.
  const others = Array.from({ length: 1_200 }, (_, n) => `ep_${String(n).padStart(6, '0')}`);
  await harness.asOwner(
    `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, created_at)
     select 'evt_x', id, $1, 'a.b', 'retrying', now() + interval '1 hour', now() from unnest($2::text[]) id`,
    [tenant, others],
  );
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 3 });
  await receiver.waitFor(3, WAIT_MS);
});

test.concurrent('claims take no more payload than the memory limit allows', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica({ maxBufferedBytes: 1_048_576 });
  receiver.respond = () => ({ delayMs: 20 });
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  let most = 0;
  const watch = setInterval(async () => {
    const [row] = await harness.asOwner<{ bytes: number }>(
      `select coalesce(sum(e.size_bytes), 0)::int as bytes from deliveries d
       join events e on e.id = d.event_id and e.created_at = d.created_at where d.status = 'sending'`,
    );
    most = Math.max(most, row?.bytes ?? 0);
  }, 10);
  onTestFinished(() => clearInterval(watch));
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 40, bytes: 200_000 });
  await receiver.waitFor(40, WAIT_MS);
  // Outcomes are recorded a little later, in batches. Until then their deliveries count as being sent.
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(4 * 1_048_576);
});
