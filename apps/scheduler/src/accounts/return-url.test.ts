import { expect, test } from 'vitest';
import { parseReturnUrl, withFacts } from './return-url.ts';

test.each([
  'https://app.example.com/done?x=1#y',
  'http://127.0.0.1:8080/done',
  'http://localhost/done',
  'http://[::1]:3000/',
])('accepts %s', (text) => {
  expect(parseReturnUrl(text)?.href).toBe(new URL(text).href);
});

test.each([
  'http://app.example.com/',
  'http://127.0.0.1.example.com/',
  'http://localhost.example.com/',
  'javascript:alert(1)',
  'data:text/html,x',
  '//evil.example/',
  '/relative',
  'https://user:password@example.com/',
  'https:\\\\evil.example',
  'https://example.com/\n',
  `https://example.com/${'a'.repeat(2_000)}`,
  '',
])('refuses %j', (text) => {
  expect(parseReturnUrl(text)).toBeUndefined();
});

test('facts of an earlier flow are removed, and the other parameters stay', () => {
  const earlier = 'https://a.example/?x=1&connection=con_1&status=connected&error=y&missing=z&error=again';
  expect(withFacts(earlier, { error: 'access_denied' })).toBe('https://a.example/?x=1&error=access_denied');
  expect(withFacts(earlier, { connection: 'con_2', status: 'degraded' })).toBe(
    'https://a.example/?x=1&connection=con_2&status=degraded',
  );
});

test('facts are added to the query that is there, encoded', () => {
  expect(withFacts('https://a.example/?x=1#f', { error: 'a&b', status: 'connected' })).toBe(
    'https://a.example/?x=1&error=a%26b&status=connected#f',
  );
});
