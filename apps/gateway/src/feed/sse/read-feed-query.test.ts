import { expect, test } from 'vitest';
import { readFeedQuery } from './read-feed-query.ts';

const tenant = { role: 'tenant', tenant: 'acme', keyId: 'key' } as const;

test('lists are separated by commas, and Last-Event-ID takes precedence over the cursor', () => {
  const query = { eventType: 'push, github.*', repository: 'acme/api', cursor: 'k3-1' };
  expect(readFeedQuery(query, undefined, tenant)).toEqual({
    filter: { eventType: ['push', 'github.*'], repository: ['acme/api'] },
    cursor: 'k3-1',
  });
  expect(readFeedQuery(query, 'k3-2', tenant).cursor).toBe('k3-2');
  expect(readFeedQuery({ raw: true }, '', tenant)).toEqual({ filter: {}, raw: true });
});

test.each([
  [{ eventType: 'a..b' }, 'invalid_request', /querystring\/eventType/],
  [{ repository: '' }, 'invalid_request', /querystring\/repository/],
  [{ repository: 'a*b' }, 'invalid_request', /querystring\/repository/],
  [{ userId: 'beta' }, 'forbidden', /userId must be your own/],
  [
    { eventType: many('e', 50), repository: many('r', 5) },
    'invalid_request',
    /5 repositories × 50 event types, the limit is 200/,
  ],
])('%j is refused with %s', (query, code, message) => {
  expect(() => readFeedQuery(query, undefined, tenant)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

function many(name: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${name}${index}`).join(',');
}
