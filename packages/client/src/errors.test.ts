import { expect, test } from 'vitest';
import { HooklineError, isHooklineError, RateLimited } from './errors.ts';

test('an error of another copy of the package is recognised, and other values are not', async () => {
  // A query makes it another module.
  const copy = (await import(/* @vite-ignore */ `./errors.ts?${'copy'}`)) as typeof import('./errors.ts');
  const error = new copy.RateLimited('rate_limited', 'Too many requests', { status: 429, retryAfterMs: 5 });
  expect(error).not.toBeInstanceOf(RateLimited);
  expect(isHooklineError(error) && error.retryAfterMs).toBe(5);
  for (const other of [new Error('x'), { code: 'rate_limited' }, null, undefined, 'rate_limited']) {
    expect(isHooklineError(other)).toBe(false);
  }
});

test('an error is printed with its name, its message and its fields, and without the mark that recognises it', () => {
  const error = new HooklineError('not_found', 'Not found', { status: 404, requestId: 'req_1' });
  expect(String(error)).toBe('HooklineError: Not found');
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'HooklineError',
    code: 'not_found',
    status: 404,
    requestId: 'req_1',
    issues: [],
  });
});
