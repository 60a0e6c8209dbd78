import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ClaimRequest, claimDue } from '../../src/pipeline/lanes/claim-due.ts';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';
import { verifyPlain, verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness({ failureIntervalMs: 100 });
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

interface Batch {
  id: string;
  type: string;
  timestamp: string;
  data: { id: string; type: string; timestamp: string; data: { n: number } }[];
}

async function setUp(batching: object, more: Record<string, unknown> = {}) {
  const receiver = await receive();
  const tenant = newTenant();
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { batching, ...more });
  const batches = () => receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as Batch);
  const publish = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => harness.publish({ tenant, payload: { n } })));
  return { receiver, tenant, endpoint, batches, publish };
}

test('events are sent together when the window of the first has passed, with one signature', async () => {
  const { receiver, endpoint, batches, publish } = await setUp({ maxEvents: 100, windowSeconds: 1 });
  const startMs = Date.now();
  const ids = await publish(5);
  await receiver.waitFor(1);
  expect(Date.now() - startMs).toBeGreaterThanOrEqual(950);
  const [batch] = batches();
  expect(batch).toMatchObject({ id: expect.stringMatching(/^bat_[0-9a-f]{32}$/), type: 'batch' });
  expect(batch?.data.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(batch?.data.map(({ data }) => data.n).sort()).toEqual([0, 1, 2, 3, 4]);
  const [request] = receiver.requests;
  expect(request?.headers['webhook-id']).toBe(batch?.id);
  expect(request?.headers['x-webhook-event']).toBe('batch');
  if (!request) throw new Error('nothing came');
  verifyStandard(request, endpoint.secret);
  expect(verifyPlain(request, endpoint.secret)).toBe(true);
  await harness.expectSettled(replica);
  expect(receiver.requests).toHaveLength(1);
});

test('a full batch does not wait for its window', async () => {
  const { receiver, batches, publish } = await setUp({ maxEvents: 4, windowSeconds: 300 });
  await publish(8);
  await receiver.waitFor(2, 20_000);
  expect(batches().map(({ data }) => data.length)).toEqual([4, 4]);
  await harness.expectSettled(replica);
});

test('a single event is sent as a batch too, so that receivers read one format', async () => {
  const { receiver, batches, publish } = await setUp({ maxEvents: 4, windowSeconds: 1 });
  await publish(1);
  await receiver.waitFor(1);
  expect(batches()[0]?.data).toHaveLength(1);
  await harness.expectSettled(replica);
});

test('a failed batch is retried unchanged, with the same id, and each event has its own attempts', async () => {
  const { receiver, tenant, batches, publish } = await setUp(
    { maxEvents: 3, windowSeconds: 1 },
    { retrySchedule: [1] },
  );
  let down = true;
  receiver.respond = () => ({ status: down ? 503 : 200, body: 'x'.repeat(5_000) });
  const ids = await publish(3);
  await receiver.waitFor(1);
  down = false;
  // Events that arrive in the meantime are sent in another batch.
  await harness.publish({ tenant, payload: { n: 3 } });
  await receiver.waitFor(3, 20_000);
  await harness.expectSettled(replica);
  const all = batches();
  expect(all.filter(({ data }) => data.length === 3).map(({ id }) => id)).toEqual([all[0]?.id, all[0]?.id]);
  expect(all.find(({ data }) => data.length === 1)?.data[0]?.data.n).toBe(3);
  for (const id of ids) {
    const { json } = await replica.call('GET', `/api/webhook-events/${id}/journey`, { as: tenant });
    const attempts = json.data.steps.filter(({ attempt }: { attempt?: object }) => attempt);
    expect(
      attempts.map(({ attempt }: { attempt: { responseCode: number } }) => attempt.responseCode),
    ).toEqual([503, 200]);
    // Recorded once for each event of the batch.
    expect(attempts[0].attempt.responseBody).toHaveLength(1_024);
  }
});

test('batches that are due at the same time stay separate, and each counts as one failure', async () => {
  const { receiver, endpoint, batches, publish } = await setUp(
    { maxEvents: 4, windowSeconds: 1 },
    { retrySchedule: [1], timeoutSeconds: 10 },
  );
  // The first waits for the second, so that their outcomes are written together.
  let answersAtMs = 0;
  receiver.respond = (_request, n) => {
    if (n > 2) return {};
    if (n === 1) answersAtMs = Date.now() + 3_000;
    return { status: 503, headers: { 'retry-after': '2' }, delayMs: answersAtMs - Date.now() };
  };
  await publish(2);
  await receiver.waitFor(1);
  await publish(2);
  await receiver.waitFor(2);
  await until(
    async () => {
      const [noted] = await harness.asOwner<{ failures: number }>(
        'select failures from endpoint_failures where endpoint_id = $1',
        [endpoint.id],
      );
      return noted?.failures === 2;
    },
    { what: 'two failures to be noted' },
  );
  await receiver.waitFor(4, 20_000);
  await harness.expectSettled(replica);
  const ids = batches().map(({ id }) => id);
  expect(ids.slice(2).sort()).toEqual(ids.slice(0, 2).sort());
  expect(ids).toHaveLength(4);
});

test('a failed batch is not split by the capacity of its lane, or by the limit of a claim', async () => {
  const own = await createHarness();
  const database = openDatabase(own);
  onTestFinished(async () => {
    await database.close();
    await own.stop();
  });
  const maker = await own.startReplica();
  const tenant = newTenant();
  const endpointIds: string[] = [];
  for (const name of ['a', 'b']) {
    const batching = { maxEvents: 10, windowSeconds: 300 };
    endpointIds.push((await maker.createEndpoint(tenant, `http://127.0.0.1:9/${name}`, { batching })).id);
  }
  await maker.stop();
  endpointIds.sort();
  const [first, second] = endpointIds as [string, string];
  // Batches of six, due one after the other.
  const perBatch = 6;
  for (const inSeconds of [-3, -2, -1])
    await insertDueDeliveries(own, { endpointIds: [first], tenant, count: perBatch, inSeconds });
  await insertDueDeliveries(own, { endpointIds: [second], tenant, count: perBatch });
  const claim = async (request: Partial<ClaimRequest>) => {
    const { rows, nextAfterEndpoint } = await claimDue(database, {
      leaseId: 'a-lease',
      leaseSeconds: 60,
      capacityByLane: {},
      capacityOfOtherLanes: 10,
      deadLettersOfInactive: false,
      maxRows: 500,
      maxBytes: 1_000_000,
      maxBytesPerTenant: 1_000_000,
      fullTenants: [],
      afterEndpoint: '',
      maxEndpoints: 10,
      ...request,
    });
    const batches = Map.groupBy(rows, ({ endpointId, wasDueAt }) => `${endpointId} ${wasDueAt}`);
    return { sizes: [...batches.values()].map(({ length }) => length), nextAfterEndpoint };
  };
  // Capacity for ten, and for twenty.
  expect((await claim({ capacityByLane: { [first]: 1, [second]: 0 } })).sizes).toEqual([perBatch]);
  // The rest of the claim is smaller than a batch of the other endpoint, so the next claim begins with that endpoint.
  const cut = await claim({ capacityByLane: { [first]: 2 }, maxRows: 2 * perBatch + 1 });
  expect(cut).toEqual({ sizes: [perBatch, perBatch], nextAfterEndpoint: first });
  expect((await claim({ afterEndpoint: first, maxRows: perBatch })).sizes).toEqual([perBatch]);
  // A batch that is larger than the capacity, because its endpoint takes smaller batches now, is claimed in parts.
  await insertDueDeliveries(own, { endpointIds: [second], tenant, count: 15 });
  expect((await claim({ capacityByLane: { [second]: 1 } })).sizes).toEqual([10]);
  expect((await claim({ capacityByLane: { [second]: 1 } })).sizes).toEqual([5]);
});

test('each delivery of a batch that gives up becomes a dead letter', async () => {
  const { receiver, tenant, publish } = await setUp(
    { maxEvents: 2, windowSeconds: 1 },
    { retrySchedule: [] },
  );
  receiver.respond = () => ({ status: 400 });
  await publish(2);
  await until(async () => {
    const { json } = await replica.call('GET', '/api/deliveries?status=failed', { as: tenant });
    return json.data.length === 2;
  });
  await harness.expectSettled(replica);
});

test('deliveries that wait for a batch are sent one by one when the endpoint no longer takes batches', async () => {
  const { receiver, tenant, endpoint, publish } = await setUp({ maxEvents: 100, windowSeconds: 2 });
  const ids = await publish(3);
  await until(
    async () =>
      (await harness.asOwner('select from deliveries where endpoint_id = $1', [endpoint.id])).length === 3,
  );
  await replica.call('PUT', `/api/webhooks/${endpoint.id}`, { as: tenant, body: { batching: null } });
  await receiver.waitFor(3, 20_000);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id']).sort()).toEqual([...ids].sort());
  await harness.expectSettled(replica);
});

test.each([
  [{ ordering: { key: '/id', onFailure: 'park' } }, 'ordering'],
  [{ transformation: { template: 'slack' } }, 'slack'],
])('batches and %j exclude each other', async (more, named) => {
  const tenant = newTenant();
  const base = { name: 'n', url: 'http://127.0.0.1:9/', events: ['*'] };
  const batching = { maxEvents: 2, windowSeconds: 1 };
  const together = await replica.call('POST', '/api/webhooks', {
    as: tenant,
    body: { ...base, batching, ...more },
  });
  expect(together.status).toBe(400);
  expect(together.json.error).toContain(named);
  const { id } = (await replica.call('POST', '/api/webhooks', { as: tenant, body: { ...base, batching } }))
    .json.data;
  expect((await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: more })).status).toBe(400);
});
