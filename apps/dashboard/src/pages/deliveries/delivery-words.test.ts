import type { Delivery } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { describeDelivery } from './delivery-words.ts';

const delivery = (changes: Partial<Delivery>): Delivery => ({
  id: 'dlv_1',
  webhookId: 'wh_1',
  eventId: 'evt_1',
  eventType: 'order.paid',
  userId: 'acme',
  status: 'pending',
  attempts: 0,
  nextAttemptAt: null,
  waitsFor: null,
  parkedBy: null,
  lastAttemptAt: null,
  responseCode: null,
  errorCode: null,
  errorMessage: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  completedAt: null,
  replayId: null,
  discarded: null,
  ...changes,
});

test('a dead letter says how many attempts were made and why the last one failed', () => {
  const words = { errorCode: 'http_error', errorMessage: 'The receiver answered 500' };
  expect(describeDelivery(delivery({ status: 'failed', attempts: 4, ...words }))).toBe(
    'Hookline gave up after 4 attempts. The receiver answered 500.',
  );
  expect(describeDelivery(delivery({ status: 'failed', attempts: 1, errorCode: 'timeout' }))).toBe(
    'Hookline gave up after one attempt. timeout.',
  );
});

test('a delivery that waits says for what', () => {
  expect(describeDelivery(delivery({}))).toBe('It is sent as soon as there is a free slot.');
  expect(describeDelivery(delivery({ waitsFor: 'queue' }))).toBe('All sending is paused.');
  const parkedBy = { key: 'order-7', deliveryId: 'dlv_0', since: '2026-03-01T12:00:00.000Z' };
  expect(describeDelivery(delivery({ waitsFor: 'ordering', parkedBy }))).toContain('"order-7" is parked');
});

test('a discarded delivery says by whom it was discarded and why', () => {
  const discarded = { by: 'operator', at: '2026-03-01T12:00:00.000Z', reason: 'wrong address' };
  expect(describeDelivery(delivery({ status: 'discarded', discarded }))).toBe(
    'Discarded by operator: wrong address.',
  );
});
