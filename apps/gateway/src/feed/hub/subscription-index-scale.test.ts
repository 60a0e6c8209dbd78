import { setImmediate as nextTurn } from 'node:timers/promises';
import { toSubjectToken } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { compileFeedFilter } from './compile-feed-filter.ts';
import { createSubscriptionIndex } from './subscription-index.ts';

/** `FEED_INDEX_SUBSCRIPTIONS=10000 FEED_INDEX_EVENTS=100000` compares a billion pairs, which takes about three minutes. */
const SUBSCRIPTIONS = Number(process.env['FEED_INDEX_SUBSCRIPTIONS'] ?? 1_000);
const EVENTS = Number(process.env['FEED_INDEX_EVENTS'] ?? 5_000);
/** Enough for a machine that takes a microsecond for each pair. */
const TIMEOUT_MS = 120_000 + (SUBSCRIPTIONS * EVENTS) / 1_000;
/** How many events are compared before the test runner gets a turn. */
const COMPARED_A_TURN = 1_000;

const TENANTS = ['acme', 'beta', 'ga.mma'];
const PROVIDERS = ['github', 'stripe', 'app'];
const OWNERS = Array.from({ length: 40 }, (_, index) => `org${index}`);
const EVENTS_OF: Record<string, string[]> = {
  github: ['push', 'workflow_job.queued', 'workflow_job.completed', 'issues.opened', 'pull_request.opened'],
  stripe: ['invoice.paid', 'invoice.voided', 'customer.created'],
  app: ['push', 'project.created', 'github.push'],
};

/** A reproducible sequence from 0 to 1. */
let state = 42;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const maybe = <T>(share: number, make: () => T): T | undefined => (random() < share ? make() : undefined);
const some = <T>(make: () => T): T[] => Array.from({ length: 1 + Math.floor(random() * 3) }, make);

const nextRepository = () => `${pick(OWNERS)}/repo${Math.floor(random() * 20)}`;
const nextType = () => {
  const provider = pick(PROVIDERS);
  const name = pick(EVENTS_OF[provider] as string[]);
  return { provider, type: provider === 'app' ? name : `${provider}.${name}` };
};

function nextFilter() {
  const filter = {
    userId: maybe(0.9, () => pick(TENANTS)),
    provider: maybe(0.2, () => pick(PROVIDERS)),
    repository: maybe(0.9, () => some(() => (random() < 0.2 ? `${pick(OWNERS)}/*` : nextRepository()))),
    eventType: maybe(0.8, () => some(nextPattern)),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    userId?: string;
    provider?: string;
    repository?: string[];
    eventType?: string[];
  };
}

function nextPattern(): string {
  const parts = nextType().type.split('.');
  const choice = random();
  if (choice < 0.3) return `${parts[0]}.*`;
  if (choice < 0.5) return parts[1] ?? (parts[0] as string);
  return choice < 0.7 ? parts.slice(0, 2).join('.') : parts.join('.');
}

/** What the documentation says of a filter, written without the index and without what it is made of. */
function matches(filter: ReturnType<typeof nextFilter>, event: ReturnType<typeof nextEvent>): boolean {
  if (filter.userId !== undefined && filter.userId !== event.tenant) return false;
  if (filter.provider !== undefined && filter.provider !== event.provider) return false;
  const isOfRepository = (pattern: string) =>
    event.repository !== undefined &&
    (pattern.endsWith('/*')
      ? event.repository.startsWith(pattern.slice(0, -1))
      : event.repository === pattern);
  if (filter.repository && !filter.repository.some(isOfRepository)) return false;
  const isOfType = (pattern: string) => {
    const name = pattern.endsWith('.*') ? pattern.slice(0, -2) : pattern;
    return (
      event.type === name ||
      event.type.startsWith(`${name}.`) ||
      (event.type.startsWith('github.') && event.type.split('.')[1] === name)
    );
  };
  return !filter.eventType || filter.eventType.some(isOfType);
}

function nextEvent() {
  return { tenant: pick(TENANTS), ...nextType(), repository: maybe(0.9, nextRepository) };
}

test('the index finds for every event the subscriptions that a comparison with each of them finds', {
  timeout: TIMEOUT_MS,
}, async () => {
  const filters = Array.from({ length: SUBSCRIPTIONS }, nextFilter);
  const index = createSubscriptionIndex<number>();
  const compiled = filters.map((filter) => compileFeedFilter(filter, { role: 'operator', keyId: 'test' }));
  for (const [value, filter] of compiled.entries()) index.add(filter, value);

  let found = 0;
  for (let count = 0; count < EVENTS; count++) {
    if (count % COMPARED_A_TURN === 0) await nextTurn();
    const event = nextEvent();
    const matched = new Set<number>();
    index.match({ ...event, tenant: toSubjectToken(event.tenant) }, (value) => matched.add(value));
    let expected = 0;
    for (const [value, filter] of filters.entries()) {
      if (!matches(filter, event)) continue;
      expected++;
      if (!matched.has(value)) expect({ event, filter }).toBe('found by the index');
    }
    if (matched.size !== expected)
      expect({ event, more: matched.size - expected }).toBe('found by no comparison');
    found += expected;
  }
  // The comparison compared something.
  expect(found).toBeGreaterThan(EVENTS / 10);
  for (const [value, filter] of compiled.entries()) index.remove(filter, value);
  expect(index.size).toBe(0);
});
