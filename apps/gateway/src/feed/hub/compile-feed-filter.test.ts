import type { EventAttributes, FeedFilter } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { compileFeedFilter, matchesFeedFilter } from './compile-feed-filter.ts';

const tenant = { role: 'tenant', tenant: 'acme', keyId: 'key' } as const;
const operator = { role: 'operator', keyId: 'key' } as const;

const event = {
  tenant: 'acme',
  provider: 'github',
  type: 'github.workflow_job.completed',
  repository: 'acme/api',
} satisfies Partial<EventAttributes>;

const wants = (filter: FeedFilter, change: Partial<EventAttributes> = {}) =>
  matchesFeedFilter(compileFeedFilter(filter, operator), { ...event, ...change });

test('a name of one part also matches the GitHub event of that name', () => {
  expect(wants({ repository: 'acme/api', eventType: 'workflow_job' })).toBe(true);
  expect(wants({ eventType: 'workflow_job' }, { type: 'github.workflow_job' })).toBe(true);
  expect(wants({ eventType: 'workflow_job' }, { type: 'workflow_job' })).toBe(true);
  expect(wants({ eventType: 'workflow_job' }, { type: 'github.workflow_jobs' })).toBe(false);
  expect(wants({ eventType: 'workflow_job' }, { type: 'gitlab.workflow_job' })).toBe(false);
});

test('fields are ANDed, values of a list are ORed', () => {
  expect(wants({ eventType: ['github.push', 'github.workflow_job.*'], provider: 'github' })).toBe(true);
  expect(wants({ eventType: ['github.push', 'github.workflow_job.*'], provider: 'app' })).toBe(false);
  expect(wants({ repository: ['other/one', 'acme/*'] })).toBe(true);
  expect(wants({ repository: 'acm/*' })).toBe(false);
});

test('an event without a repository matches only a filter without one', () => {
  const { repository: _, ...without } = event;
  expect(matchesFeedFilter(compileFeedFilter({}, operator), without)).toBe(true);
  expect(matchesFeedFilter(compileFeedFilter({ repository: '*' }, operator), without)).toBe(true);
  expect(matchesFeedFilter(compileFeedFilter({ repository: 'acme/*' }, operator), without)).toBe(false);
});

test('a tenant gets only its own events, whatever its filter', () => {
  expect(matchesFeedFilter(compileFeedFilter({}, tenant), event)).toBe(true);
  expect(matchesFeedFilter(compileFeedFilter({}, tenant), { ...event, tenant: 'beta' })).toBe(false);
  expect(() => compileFeedFilter({ userId: 'beta' }, tenant)).toThrow(/userId must be your own/);
});

test('an operator gets the events of all tenants, or of the tenant that it names', () => {
  expect(wants({}, { tenant: 'beta' })).toBe(true);
  expect(wants({ userId: 'acme' }, { tenant: 'beta' })).toBe(false);
});

test('a filter with too many combinations is refused, and the error has the numbers', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `a.b${index}`);
  expect(() => compileFeedFilter({ eventType: many(20), repository: many(10) }, operator)).not.toThrow();
  expect(() => compileFeedFilter({ eventType: many(21), repository: many(10) }, operator)).toThrow(
    /10 repositories × 21 event types, the limit is 200/,
  );
});
