import { API_OPERATIONS, createOpenApi } from '@hookline/contracts';
import Value from 'typebox/value';
import { expect, test } from 'vitest';
import { describeOperations, exampleCall } from './described-operation.ts';

const described = describeOperations(createOpenApi());

test('the example body of every operation is valid, so that a reader can send it', () => {
  const invalid = API_OPERATIONS.flatMap(({ id, body }) => {
    const operation = described.find((each) => each.id === id);
    if (body === undefined || operation === undefined) return [];
    const example = exampleCall(operation).body;
    const filled = Value.Default(body, structuredClone(example));
    return Value.Check(body, filled)
      ? []
      : [`${id}: ${JSON.stringify(example)} ${JSON.stringify(Value.Errors(body, filled)[0])}`];
  });
  expect(invalid).toEqual([]);
});

test('an example has what a reader changes first: names, addresses, providers and event types', () => {
  const bodies = Object.fromEntries(
    described.map((operation) => [operation.id, exampleCall(operation).body]),
  );
  expect(bodies).toMatchObject({
    createEndpoint: { name: 'Orders', url: 'https://example.com/webhooks', events: ['order.*'] },
    publishEvent: { type: 'order.paid', data: { orderId: 42 } },
    createSource: { provider: 'github' },
  });
});

test('an example has what a call needs besides the required fields of its schema', () => {
  const bodies = Object.fromEntries(
    described.map((operation) => [operation.id, exampleCall(operation).body]),
  );
  expect(bodies).toMatchObject({
    bulkDeliveries: { filter: { endpointTag: 'eu' } },
    bulkDeadLetters: { filter: { endpointTag: 'eu' } },
    bulkEvents: { filter: { eventType: 'order.*' } },
    bulkEndpoints: { filter: { tag: 'eu' } },
    bulkParkedKeys: { filter: { endpointTag: 'eu' } },
    bulkConnections: { filter: { provider: 'github' } },
    createSource: { secret: expect.any(String) },
    createConnection: { accessToken: expect.any(String) },
    createSchedule: { name: 'daily-report', cron: '0 9 * * MON-FRI' },
    createPortalSession: { userId: 'acme', readOnly: true },
    reportLocalResults: { results: [{ status: 200 }] },
  });
});

test('a parameter of the path without an example shows that the reader puts in a value', () => {
  const replay = described.find(({ path }) => path === '/api/webhooks/replay/{deliveryId}');
  expect(replay && exampleCall(replay).parameters).toEqual({ deliveryId: 'DELIVERY_ID' });
});
