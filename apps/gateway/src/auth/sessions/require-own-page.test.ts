import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { requireOwnPage } from './require-own-page.ts';

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
