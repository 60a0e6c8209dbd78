import { expect, test } from 'vitest';
import { cancelMatching, discardMatching, retryMatching, whyNoCancel, whyNoRetry } from './delivery-bulk.ts';

const bounds = { startDate: '2026-03-01T12:00:00.000Z' };

test('the filters of the list are those of the change', () => {
  const filters = { webhookId: 'wh_1', errorCode: 'timeout', userId: 'acme' };
  expect(retryMatching({ filters, bounds }).body).toEqual({
    webhookId: 'wh_1',
    errorCode: 'timeout',
    startDate: bounds.startDate,
    userId: 'acme',
  });
  expect(discardMatching({ filters, bounds }).body).toEqual({
    action: 'discard',
    filter: { webhookId: 'wh_1', errorCode: 'timeout', startDate: bounds.startDate },
    userId: 'acme',
  });
});

test('a change without a filter says that it means everything', () => {
  expect(cancelMatching({ filters: {}, bounds: {} }).body).toEqual({
    action: 'cancel',
    filter: {},
    all: true,
  });
});

test('open deliveries are cancelled by their status, and others cannot be', () => {
  expect(cancelMatching({ filters: { status: 'retrying' }, bounds: {} }).body).toEqual({
    action: 'cancel',
    filter: { status: 'retrying' },
  });
  expect(whyNoCancel({ filters: { status: 'success' }, bounds })).toBe(
    'show those that are pending or retrying',
  );
});

test('a filter that no selection has is in the way', () => {
  expect(whyNoRetry({ filters: { eventId: 'evt_1' }, bounds })).toBe(
    'open the event in place of filtering by it',
  );
  expect(whyNoRetry({ filters: { status: 'failed', errorCode: 'timeout' }, bounds })).toBeUndefined();
});
