import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createOriginReader } from './request-origin.ts';

const request = (headers: Record<string, string>, remoteAddress = '127.0.0.1', encrypted?: boolean) =>
  ({ headers, socket: { remoteAddress, encrypted } }) as unknown as IncomingMessage;

test('the origin is that of the request, or the one that a trusted proxy names', () => {
  const originOf = createOriginReader(['loopback']);
  expect(originOf(request({ host: 'localhost:3000' }))).toBe('http://localhost:3000');
  expect(originOf(request({ host: 'a.example' }, '127.0.0.1', true))).toBe('https://a.example');
  const forwarded = {
    host: '10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'hooks.example.com',
  };
  expect(originOf(request(forwarded))).toBe('https://hooks.example.com');
  expect(originOf(request({ host: 'a', 'x-forwarded-proto': 'http, https' }))).toBe('https://a');
});

test('a client that is no trusted proxy names no origin', () => {
  const forwarded = { host: 'a.example', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };
  expect(createOriginReader(['loopback'])(request(forwarded, '203.0.113.9'))).toBe('http://a.example');
  expect(createOriginReader([])(request(forwarded))).toBe('http://a.example');
});
