import { type FeedFilter, toSubjectToken } from '@hookline/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CompiledFeedFilter, compileFeedFilter, matchesFeedFilter } from './compile-feed-filter.ts';
import { createSubscriptionIndex } from './subscription-index.ts';

// Few names, so that filters and events meet often.
const tenant = fc.constantFrom('acme', 'beta', 'c.d');
const provider = fc.constantFrom('github', 'stripe', 'app');
const token = fc.constantFrom('github', 'push', 'workflow_job', 'completed', 'a');
const type = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
const repository = fc
  .array(fc.constantFrom('acme', 'api', 'web'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));

const typePattern = fc.oneof(
  fc.constant('*'),
  type,
  type.map((text) => `${text}.*`),
);
const repositoryPattern = fc.oneof(
  fc.constant('*'),
  repository,
  repository.map((text) => `${text}/*`),
);
const oneOrMore = (values: fc.Arbitrary<string>) =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }));

const filter: fc.Arbitrary<FeedFilter> = fc.record(
  { eventType: oneOrMore(typePattern), repository: oneOrMore(repositoryPattern), provider, userId: tenant },
  { requiredKeys: [] },
);
const compiled: fc.Arbitrary<CompiledFeedFilter> = filter.map((each) =>
  compileFeedFilter(each, { role: 'operator', keyId: 'test' }),
);
const event = fc.record({
  tenant,
  provider,
  type,
  repository: fc.option(repository, { nil: undefined }),
});

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;
const matched = (
  index: ReturnType<typeof createSubscriptionIndex<number>>,
  each: Generated<typeof event>,
) => {
  const found = new Set<number>();
  index.match({ ...each, tenant: toSubjectToken(each.tenant) }, (value) => found.add(value));
  return [...found].sort((a, b) => a - b);
};

test('the index finds exactly the filters that match when each is tested', () => {
  fc.assert(
    fc.property(
      fc.array(compiled, { maxLength: 40 }),
      fc.array(event, { minLength: 1, maxLength: 20 }),
      (filters, events) => {
        const index = createSubscriptionIndex<number>();
        for (const [value, each] of filters.entries()) index.add(each, value);
        for (const each of events) {
          const expected = filters.flatMap((candidate, value) =>
            matchesFeedFilter(candidate, { ...each, repository: each.repository as string }) ? [value] : [],
          );
          expect(matched(index, each)).toEqual(expected);
          if (expected.length > 0) expect(index.hasTenant(toSubjectToken(each.tenant))).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a removed subscription is not found and leaves no node in the tree', () => {
  fc.assert(
    fc.property(
      fc.array(compiled, { maxLength: 20 }),
      event,
      fc.infiniteStream(fc.boolean()),
      (filters, each, coins) => {
        const index = createSubscriptionIndex<number>();
        for (const [value, candidate] of filters.entries()) index.add(candidate, value);
        const kept = filters.map(() => coins.next().value as boolean);
        for (const [value, candidate] of filters.entries()) if (!kept[value]) index.remove(candidate, value);
        const expected = filters.flatMap((candidate, value) =>
          kept[value] && matchesFeedFilter(candidate, { ...each, repository: each.repository as string })
            ? [value]
            : [],
        );
        expect(matched(index, each)).toEqual(expected);
        for (const [value, candidate] of filters.entries()) index.remove(candidate, value);
        expect(index.size).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});
