import { expect, test } from 'vitest';
import type { DueDelivery } from './due-delivery.ts';
import { toShipments } from './shipment.ts';

const batching = { maxEvents: 3, windowSeconds: 5 };
const claimed = (eventId: string, { attempts = 0, wasDueAt = '1', bytes = 1 } = {}) => ({
  wasDueAt,
  delivery: {
    eventId,
    endpointId: 'ep',
    tenantId: 't',
    attempts,
    attemptsBefore: 0,
    payload: new Uint8Array(bytes),
  } as DueDelivery,
});
const idsOf = (...args: Parameters<typeof toShipments>) =>
  toShipments(...args).map(({ deliveries }) => deliveries.map(({ eventId }) => eventId).join(''));

test('without batching each delivery is a shipment of its own', () => {
  expect(idsOf([claimed('a'), claimed('b')], undefined)).toEqual(['a', 'b']);
});

test('a batch holds no more events than the endpoint takes', () => {
  expect(
    idsOf(
      [...'abcdefg'].map((id, n) => claimed(id, { wasDueAt: String(n) })),
      batching,
    ),
  ).toEqual(['abc', 'def', 'g']);
});

test('deliveries that failed together are one shipment again, apart from others', () => {
  const rows = [
    claimed('a', { attempts: 1, wasDueAt: '7' }),
    claimed('x'),
    claimed('b', { attempts: 1, wasDueAt: '7' }),
    claimed('c', { attempts: 1, wasDueAt: '8' }),
    claimed('y'),
  ];
  expect(idsOf(rows, batching).sort()).toEqual(['ab', 'c', 'xy']);
});

test('a batch is the same in whatever order its events are claimed', () => {
  const retried = (ids: string) => [...ids].map((id) => claimed(id, { attempts: 1, wasDueAt: '7' }));
  expect(idsOf([claimed('c'), claimed('a'), claimed('b')], batching)).toEqual(['abc']);
  expect(idsOf(retried('bca'), batching)).toEqual(['abc']);
  expect(idsOf(retried('acb'), batching)).toEqual(['abc']);
});

test('a batch is closed when its body is large, and a larger event is sent alone', () => {
  const large = 3 * 1024 * 1024;
  const rows = [claimed('a'), claimed('b', { bytes: large }), claimed('c', { bytes: large }), claimed('d')];
  expect(idsOf(rows, batching)).toEqual(['ab', 'cd']);
});
