import { expect, test } from 'vitest';
import { clearCookie, cookieName, readCookie, setCookie } from './cookies.ts';

test('over TLS a cookie is bound to the host, and over plain HTTP it has another name', () => {
  const [secure, plain] = [cookieName('hl', 'https://a.example'), cookieName('hl', 'http://a.example')];
  expect([secure, plain]).toEqual(['__Host-hl', 'hl']);
  expect(setCookie({ name: secure, value: 'v', maxAgeSeconds: 60 })).toBe(
    '__Host-hl=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
  );
  expect(setCookie({ name: plain, value: 'v', maxAgeSeconds: 60 })).toBe(
    'hl=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
  );
  expect(clearCookie(plain)).toContain('Max-Age=0');
});

test.each([
  ['hl=abc', 'abc'],
  ['other=1; hl=abc; xhl=2', 'abc'],
  ['hl=abc;hl=def', undefined],
  ['xhl=abc', undefined],
  [`hl=abc; pad=${'x'.repeat(20_000)}`, undefined],
  [undefined, undefined],
])('of the header %j the cookie is %j', (cookie, value) => {
  expect(readCookie(cookie === undefined ? {} : { cookie }, 'hl')).toBe(value);
});
