import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createAddressReader } from './trusted-proxies.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test('the header of a trusted proxy names the client, and only up to the first proxy that is not trusted', () => {
  const addressOf = createAddressReader(['loopback', '10.0.0.0/8']);
  expect(addressOf(request('127.0.0.1', '203.0.113.9'))).toBe('203.0.113.9');
  expect(addressOf(request('10.1.2.3', '198.51.100.1, 203.0.113.9, 10.0.0.7'))).toBe('203.0.113.9');
});

test('a client that is no trusted proxy is not believed', () => {
  const addressOf = createAddressReader(['loopback']);
  expect(addressOf(request('203.0.113.9', '10.0.0.1'))).toBe('203.0.113.9');
  expect(createAddressReader([])(request('127.0.0.1', '10.0.0.1'))).toBe('127.0.0.1');
});

test('a socket that has closed has no address', () => {
  expect(createAddressReader(['loopback'])(request(undefined))).toBe('');
});
