import { expect, test } from 'vitest';
import { findHeaderProblem } from './find-header-problem.ts';

test.each([
  'Host',
  'keep-alive',
  'TE',
  'Cookie2',
  'Proxy-Authorization',
  'X-Webhook-Signature',
  'hookline-hops',
])('a channel may not have the header %s', (name) => {
  expect(findHeaderProblem(name, 'x', 'http')).toBe('is set by Hookline or by HTTP itself');
});

test.each(['Authorization', 'X-Api-Key', 'hosted-by', 'Content-Type'])(
  'a channel may have the header %s',
  (name) => {
    expect(findHeaderProblem(name, 'x', 'http')).toBeUndefined();
  },
);

test('the content type of a signed webhook is not chosen by its channel', () => {
  expect(findHeaderProblem('Content-Type', 'text/plain', 'webhook')).toBe(
    'is set by Hookline or by HTTP itself',
  );
});
