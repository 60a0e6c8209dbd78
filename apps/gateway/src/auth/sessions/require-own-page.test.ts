import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isOfOwnPage, requireOwnPage } from './require-own-page.ts';

const OWN = 'https://hooks.example.com';
const check = (headers: Record<string, string>) => () =>
  requireOwnPage({ headers } as unknown as IncomingMessage, OWN);

test('a page of the own origin is accepted', () => {
  expect(check({ origin: OWN })).not.toThrow();
  expect(check({ origin: OWN, 'sec-fetch-site': 'same-origin' })).not.toThrow();
});

test.each([
  {},
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'http://hooks.example.com' },
  { origin: 'https://hooks.example.com:8443' },
  { origin: 'https://hooks.example.com.evil.example' },
  { origin: 'https://sub.hooks.example.com' },
  { origin: 'HTTPS://HOOKS.EXAMPLE.COM' },
  { origin: OWN, 'sec-fetch-site': 'same-site' },
  { origin: OWN, 'sec-fetch-site': 'cross-site' },
  { origin: OWN, 'sec-fetch-site': 'none' },
])('a request with %j is refused', (headers) => {
  expect(check(headers as Record<string, string>)).toThrow(
    expect.objectContaining({ code: 'origin_not_allowed' }),
  );
});

const opens = (headers: Record<string, string>, method = 'GET') =>
  isOfOwnPage({ method, headers } as unknown as IncomingMessage, OWN);

test('a feed is opened by a page of the own origin, whose GET has no Origin and whose upgrade has one', () => {
  expect(opens({})).toBe(true);
  expect(opens({ 'sec-fetch-site': 'same-origin' })).toBe(true);
  expect(opens({ origin: OWN })).toBe(true);
  expect(opens({ origin: OWN, upgrade: 'websocket' })).toBe(true);
});

test.each([
  [{ 'sec-fetch-site': 'same-site' }, 'GET'],
  [{ 'sec-fetch-site': 'cross-site' }, 'GET'],
  [{ 'sec-fetch-site': 'none' }, 'GET'],
  [{ origin: 'https://sub.hooks.example.com' }, 'GET'],
  [{ origin: 'null' }, 'GET'],
  [{ upgrade: 'websocket' }, 'GET'],
  [{ upgrade: 'websocket', 'sec-fetch-site': 'same-origin' }, 'GET'],
  [{}, 'POST'],
])('no feed is opened by the cookie of a request with %j by %s', (headers, method) => {
  expect(opens(headers as Record<string, string>, method)).toBe(false);
});
