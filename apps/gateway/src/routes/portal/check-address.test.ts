import { expect, test } from 'vitest';
import { checkAddress } from './check-address.ts';

const rule = {
  path: 'body/returnUrl',
  origins: undefined,
  variable: 'PORTAL_RETURN_ORIGINS',
  allowsLoopback: true,
};

test.each([
  'https://app.example.com/webhooks?tab=1#top',
  'http://localhost:5173/',
  'http://127.0.0.1/',
  'http://[::1]:3000/',
])('%s may be an address to lead back to', (text) => {
  expect(checkAddress(text, rule)).toBe(undefined);
});

test.each([
  'http://app.example.com/',
  'http://localhost.evil.example/',
  'http://0.0.0.0/',
  'ftp://app.example.com/',
  'javascript:alert(1)',
  'JavaScript:alert(1)//https://app.example.com',
  'data:text/html,x',
  '/webhooks',
  '//app.example.com/',
  'app.example.com',
  'https://',
])('%s may not', (text) => {
  expect(checkAddress(text, rule)).toEqual({
    path: 'body/returnUrl',
    message: 'must be an https address, or an http address of the local machine',
  });
});

test.each(['https:\\\\app.example.com\\a', 'https://app.example.com/a\nb', 'https://app.exam\tple.com/'])(
  '%j is refused, because browsers read something else',
  (text) => {
    expect(checkAddress(text, rule)?.message).toBe('must have no backslash, tab or line break');
  },
);

test('a user name or a password is refused, because it hides which host is meant', () => {
  for (const text of ['https://app.example.com@evil.example/', 'https://:secret@app.example.com/'])
    expect(checkAddress(text, rule)?.message).toBe('must have no user name and no password');
});

test('listed origins are the only ones, whatever their case', () => {
  const listed = { ...rule, origins: ['https://App.example.com', 'http://localhost:5173'] };
  expect(checkAddress('https://app.example.com/x', listed)).toBe(undefined);
  expect(checkAddress('http://localhost:5173/x', listed)).toBe(undefined);
  for (const text of ['https://www.example.com/', 'http://localhost:5174/', 'https://app.example.com:8443/'])
    expect(checkAddress(text, listed)?.message).toBe(
      'must be an address of an origin that PORTAL_RETURN_ORIGINS lists',
    );
});
