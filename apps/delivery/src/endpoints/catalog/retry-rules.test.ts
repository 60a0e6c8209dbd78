import { expect, test } from 'vitest';
import { compileRetryRules } from './retry-rules.ts';

test.each<[retryOn: string[] | null, dontRetryOn: string[] | null, retried: number[], notRetried: number[]]>([
  [null, ['404', '422'], [400, 429, 500, 503], [404, 422]],
  [null, ['4xx'], [500, 302], [400, 404, 429, 499]],
  [['429', '5xx'], null, [429, 500, 599], [400, 404, 302]],
  [['429'], ['4xx'], [429], [400, 404, 500]],
  [
    ['5xx', '429'],
    ['4xx', '501'],
    [500, 503, 429],
    [400, 501],
  ],
  [['503'], ['503'], [], [503, 500]],
  [[], null, [], [400, 500]],
  [null, [], [400, 500], []],
])('retryOn %j and dontRetryOn %j retry %j and not %j', (retryOn, dontRetryOn, retried, notRetried) => {
  const rule = compileRetryRules(retryOn, dontRetryOn);
  for (const status of retried) expect([status, rule?.(status)]).toEqual([status, true]);
  for (const status of notRetried) expect([status, rule?.(status)]).toEqual([status, false]);
});

test('without rules there is nothing to ask', () => {
  expect(compileRetryRules(null, null)).toBeUndefined();
});
