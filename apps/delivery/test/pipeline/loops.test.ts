import { deliveryId } from '@hookline/contracts';
import { countHops, createHopCounts, createLogger } from '@hookline/service';
import { collectLogLines } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { readDeadLetters } from '../support/read-dead-letters.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.stop());

async function start(...settings: Parameters<Harness['startReplica']>): Promise<Replica> {
  const replica = await harness.startReplica(...settings);
  onTestFinished(() => replica.stop());
  return replica;
}

const hopsOf = (requests: readonly { headers: NodeJS.Dict<string | string[]> }[]) => {
  const counts = createHopCounts(harness.config.encryptionKeys);
  return requests.map(({ headers }) => countHops(counts.read(headers['hookline-hops'])));
};

test('each attempt sends the hop count, one more than the event came in with', async () => {
  const replica = await start();
  const tenant = newTenant();
  const receiver = await receive({ respond: (_request, n) => ({ status: n === 1 ? 503 : 200 }) });
  await replica.createEndpoint(tenant, receiver.url, { headers: { 'x-own': '1' } });
  const other = `8.${'B'.repeat(22)}`;
  await harness.expectSettledEvent(await harness.publish({ tenant, hookhops: `3;${other}` }));
  expect(hopsOf(receiver.requests)).toEqual([4, 4]);
  for (const { headers } of receiver.requests) expect(headers['hookline-hops']).toContain(`, ${other}`);
  await harness.expectSettledEvent(await harness.publish({ tenant }));
  expect(hopsOf(receiver.requests)).toEqual([4, 4, 1]);
});

test('an event with too many hops is not sent: a dead letter, a log line and a metric say so', async () => {
  const lines = collectLogLines();
  const logger = createLogger({ service: 'delivery', level: 'info', destination: lines.destination });
  const replica = await start({ maxHops: 2 }, logger);
  const tenant = newTenant();
  const receiver = await receive();
  const endpoint = await replica.createEndpoint(tenant, receiver.url);
  const eventId = await harness.publish({ tenant, hookhops: '2' });
  const id = deliveryId(eventId, endpoint.id);
  const delivery = await waitForDelivery(replica, id, ['failed']);
  expect(delivery).toMatchObject({ attempts: 0, attemptLog: [], errorCode: 'loop_detected' });
  expect(delivery.errorMessage).toMatch(/came back 2 times.*DELIVERY_MAX_HOPS/);
  const [line] = await lines.waitFor('delivery.attempted', 1);
  expect(line).toMatchObject({ deliveryId: id, decision: 'dead', reason: 'loop_detected' });
  await harness.expectSettled(replica);
  const letter = (await readDeadLetters(harness.bus)).find(({ json }) => json.eventId === eventId);
  expect(letter?.json).toMatchObject({ reason: { code: 'loop_detected' }, attempts: 0 });
  const metrics = await (await fetch(`${replica.url}/metrics`)).text();
  expect(metrics).toMatch(/^hookline_attempts_total\{status="failed",error="loop_detected",.*\} 1$/m);

  // The endpoint is not affected.
  await harness.expectSettledEvent(await harness.publish({ tenant, hookhops: '1' }));
  expect(hopsOf(receiver.requests)).toEqual([2]);
  const { json } = await replica.call('GET', `/api/webhooks/${endpoint.id}`);
  expect(json.data).toMatchObject({ active: true, health: { state: 'healthy' } });
  await replica.stop();

  // With a higher limit it is sent.
  const patient = await start({ maxHops: 3 });
  expect((await patient.call('POST', `/api/deliveries/${id}/retry`)).status).toBe(202);
  await waitForDelivery(patient, id, ['success']);
  expect(hopsOf(receiver.requests)).toEqual([2, 3]);
});

test('only the events of a batch with too many hops are not sent', async () => {
  const replica = await start();
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url, { batching: { maxEvents: 3, windowSeconds: 60 } });
  const ids: string[] = [];
  for (const hookhops of ['1', '5', '4']) ids.push(await harness.publish({ tenant, hookhops }));
  for (const id of ids) await harness.expectSettledEvent(id);
  const [batch] = receiver.requests;
  const { data } = JSON.parse(String(batch?.body)) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  expect(hopsOf(receiver.requests)).toEqual([5]);
});

test('no endpoint can set the hop header itself', async () => {
  const replica = await start();
  const answer = await replica.call('POST', '/api/webhooks', {
    as: newTenant(),
    body: { name: 'x', url: 'http://127.0.0.1:9/', events: ['*'], headers: { 'Hookline-Hops': '1' } },
  });
  expect([answer.status, answer.json.error]).toEqual([
    400,
    'body/headers: Hookline-Hops is set by Hookline or by HTTP itself',
  ]);
});
