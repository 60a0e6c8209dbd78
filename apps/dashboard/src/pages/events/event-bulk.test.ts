import { expect, test } from 'vitest';
import {
  deleteMatching,
  replayChosen,
  replayMatching,
  retryMatching,
  whyNoDelete,
  whyNoReplay,
  whyNoRetry,
} from './event-bulk.ts';

const bounds = { startDate: '2026-03-01T00:00:00.000Z' };
const matching = { filters: { eventType: 'github.*', userId: 'acme' }, bounds };

test('the tenant stands beside the selection, and the filters and the range in it', () => {
  expect(replayMatching(matching).body).toEqual({
    selection: { kind: 'events', eventType: 'github.*', ...bounds },
    userId: 'acme',
  });
  expect(
    retryMatching({ ...matching, filters: { ...matching.filters, status: 'dead_letter' } }).body,
  ).toEqual({
    eventType: 'github.*',
    userId: 'acme',
    ...bounds,
  });
  expect(
    deleteMatching({ filters: { processed: 'true', userId: 'acme', status: 'processed' }, bounds }).body,
  ).toEqual({
    action: 'delete',
    filter: { status: 'processed', processed: true, ...bounds },
    userId: 'acme',
  });
  expect(replayChosen(['evt_1'], {}).body).toEqual({ selection: { kind: 'events', eventIds: ['evt_1'] } });
});

test('a change that cannot have all the filters of the list is not offered, and says which are in the way', () => {
  expect(whyNoReplay(matching)).toBe(undefined);
  expect(whyNoReplay({ filters: { repository: 'a/b', status: 'failed' }, bounds })).toBe(
    'Without the filters repository, status',
  );
  expect(whyNoRetry({ filters: { status: 'dead_letter' }, bounds: {} })).toBe(undefined);
  expect(whyNoRetry({ filters: { status: 'processed' }, bounds: {} })).toBe(
    'The list is not one of dead letters',
  );
  expect(whyNoDelete({ filters: { repository: 'a/b' }, bounds: {} })).toBe(undefined);
  expect(whyNoDelete({ filters: { providerDeliveryId: 'x' }, bounds: {} })).toBe(
    'Without the filter providerDeliveryId',
  );
  expect(whyNoDelete({ filters: {}, bounds: {} })).toMatch(/^Set a filter first/);
});
