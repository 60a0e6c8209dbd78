import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { internalOrigin } from './internal-address.ts';

const entry = (family: 'IPv4' | 'IPv6', address: string, internal: boolean) =>
  ({ family, address, internal }) as NetworkInterfaceInfo;

test('a replica is reached at the address that it listens on', () => {
  expect(internalOrigin({ address: '127.0.0.1', port: 3000 })).toBe('http://127.0.0.1:3000');
  expect(internalOrigin({ address: '::1', port: 3000 })).toBe('http://[::1]:3000');
});

test('a replica that listens on every address is reached at the first one of the network', () => {
  const interfaces = {
    lo: [entry('IPv4', '127.0.0.1', true)],
    eth0: [entry('IPv6', 'fe80::1', false), entry('IPv4', '10.1.2.3', false)],
  };
  expect(internalOrigin({ address: '0.0.0.0', port: 3000 }, interfaces)).toBe('http://10.1.2.3:3000');
  expect(internalOrigin({ address: '::', port: 3000 }, {})).toBe('http://127.0.0.1:3000');
});
