import type { Attempt } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { compareAttempts, differs } from './compare-attempts.ts';

const attempt = (changes: Partial<Attempt>) =>
  ({
    attempt: 1,
    trigger: 'schedule',
    durationMs: 12,
    firstByteMs: null,
    httpVersion: null,
    requestHeaders: null,
    responseHeaders: null,
    responseBody: null,
    responseCode: null,
    errorCode: null,
    ...changes,
  }) as Attempt;

test('what only one of two attempts has is there, and what neither has is not', () => {
  const rows = compareAttempts(
    attempt({ responseCode: 503, responseHeaders: { 'retry-after': '5' } }),
    attempt({ errorCode: 'timeout', requestHeaders: { 'webhook-id': 'evt_1' } }),
  );
  expect(rows).toEqual([
    { name: 'Answer', left: '503', right: undefined },
    { name: 'Error', left: undefined, right: 'timeout' },
    { name: 'Duration', left: '12 ms', right: '12 ms' },
    { name: 'Caused by', left: 'schedule', right: 'schedule' },
    { name: 'request: webhook-id', left: undefined, right: 'evt_1' },
    { name: 'answer: retry-after', left: '5', right: undefined },
  ]);
  expect(rows.filter(differs).map(({ name }) => name)).toEqual([
    'Answer',
    'Error',
    'request: webhook-id',
    'answer: retry-after',
  ]);
});
