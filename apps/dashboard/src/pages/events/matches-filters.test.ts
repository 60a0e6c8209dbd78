import { expect, test } from 'vitest';
import type { EventRow } from './event-row.ts';
import { canMatchLive, matchesFilters } from './matches-filters.ts';

const row: EventRow = {
  id: 'evt_1',
  type: 'github.push',
  provider: 'github',
  source: '/github/acme/api',
  subject: 'acme/api',
  repository: 'acme/api',
  action: null,
  userId: 'acme',
  receivedAt: '2026-03-01T12:00:00.000Z',
  via: 'webhook',
};

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ eventType: 'github.*', provider: 'github' }, true],
  [{ eventType: 'push' }, true],
  [{ eventType: 'github.pull_request' }, false],
  [{ repository: 'acme/web' }, false],
  [{ notProvider: 'github' }, false],
  [{ notProvider: 'stripe', notRepository: 'acme/web', notEventType: 'stripe.*' }, true],
  [{ userId: 'globex' }, false],
])('an event of the live feed fits %j: %s', (filters, fits) => {
  expect(canMatchLive(filters)).toBe(true);
  expect(matchesFilters(row, filters)).toBe(fits);
});

test('filters of which only the gateway knows keep events of the feed out of the list until it is read again', () => {
  expect(canMatchLive({ status: 'failed' })).toBe(false);
  expect(canMatchLive({ provider: 'github', notStatus: 'processed' })).toBe(false);
  expect(matchesFilters(row, { status: 'failed' })).toBe(false);
});
