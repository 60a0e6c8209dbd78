import { deliveryId } from '@hookline/contracts';
import { createLogger } from '@hookline/service';
import { collectLogLines } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.stop());

async function start(level: string) {
  const lines = collectLogLines();
  const logger = createLogger({ service: 'delivery', level, destination: lines.destination });
  return { lines, replica: await harness.startReplica({}, logger) };
}

test('each attempt writes one log line with the delivery, the number of the attempt of how many, and the decision', async () => {
  const { lines, replica } = await start('info');
  const tenant = newTenant();
  const receiver = await receive({ respond: (_request, n) => ({ status: n === 2 ? 200 : 503 }) });
  const endpoint = await replica.createEndpoint(tenant, `${receiver.url}hook?token=of-the-receiver`, {
    retrySchedule: [1],
  });
  const publish = () => harness.publish({ tenant, type: 'a.b', payload: { text: 'of the tenant' } });
  const first = await publish();
  await receiver.waitFor(2);
  await harness.expectSettledEvent(first);
  const second = await publish();
  const attempts = await lines.waitFor('delivery.attempted', 4);

  const about = (eventId: string) => ({
    level: 'info',
    tenant,
    webhookId: endpoint.id,
    type: 'a.b',
    eventId,
    deliveryId: deliveryId(eventId, endpoint.id),
    maxAttempts: 2,
    ms: expect.any(Number),
  });
  const retryAt = expect.stringMatching(/^\d{4}-.*Z$/);
  const reason = 'http_error';
  expect(attempts).toMatchObject([
    { ...about(first), attempt: 1, status: 503, decision: 'retry', retryAt, reason },
    { ...about(first), attempt: 2, status: 200, decision: 'delivered' },
    { ...about(second), attempt: 1, status: 503, decision: 'retry', retryAt, reason },
    { ...about(second), attempt: 2, status: 503, decision: 'dead', reason },
  ]);
  for (const secret of [endpoint.secret, 'of-the-receiver', 'of the tenant'])
    expect(lines.text()).not.toContain(secret);
  await replica.stop();
});

test('with LOG_LEVEL=warn an attempt writes no line', async () => {
  const { lines, replica } = await start('warn');
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url);
  await harness.expectSettledEvent(await harness.publish({ tenant }));
  expect(receiver.requests).toHaveLength(1);
  expect(lines.of('delivery.attempted')).toEqual([]);
  await replica.stop();
});
