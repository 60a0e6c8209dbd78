import { expect, test } from 'vitest';
import { areWithin, checkAllowedIp, createAddressCheck } from './allowed-addresses.ts';

test('only the listed addresses and networks are allowed, in IPv4 and in IPv6', () => {
  const allows = createAddressCheck(['192.0.2.7', '203.0.113.0/24', '2001:db8::/32', '::1']);
  for (const address of ['192.0.2.7', '203.0.113.255', '::ffff:203.0.113.9', '2001:db8::5', '::1']) {
    expect([address, allows(address)]).toEqual([address, true]);
  }
  for (const address of [
    '192.0.2.8',
    '203.0.114.0',
    '2001:db9::1',
    '::2',
    'unknown',
    '',
    '192.0.2.7, 1.1.1.1',
  ]) {
    expect([address, allows(address)]).toEqual([address, false]);
  }
});

test('the network 0.0.0.0/0 contains no IPv6 address', () => {
  const allows = createAddressCheck(['0.0.0.0/0']);
  expect([allows('8.8.8.8'), allows('2001:db8::1')]).toEqual([true, false]);
});

test.each([
  [['10.1.2.3'], ['10.0.0.0/8'], true],
  [['10.1.0.0/16', '192.0.2.7'], ['10.0.0.0/8', '192.0.2.0/24'], true],
  [['10.0.0.0/8'], ['10.0.0.0/8'], true],
  [['10.0.0.0/7'], ['10.0.0.0/8'], false],
  [['10.1.2.3', '11.0.0.1'], ['10.0.0.0/8'], false],
  [['2001:db8::/48'], ['2001:db8::/32'], true],
  [['2001:db8::/32'], ['2001:db8::/48'], false],
  [['10.0.0.1'], ['::/0'], false],
  [['::1'], ['0.0.0.0/0'], false],
  // Two halves of a network are not the network.
  [['10.0.0.0/8'], ['10.0.0.0/9', '10.128.0.0/9'], false],
])('%j within %j: %s', (inner, outer, isWithin) => {
  expect(areWithin(inner, outer)).toBe(isWithin);
});

test('without a list every address may send', () => {
  expect(createAddressCheck(undefined)('192.0.2.7')).toBe(true);
});

test('the problem of an entry that is neither an address nor a network quotes the entry', () => {
  const wrong = ['example.com', '192.0.2', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/', '::1/129'];
  for (const entry of [...wrong, '192.0.2.0/24/1', 'fe80::1%eth0', '192.0.2.0/024', '192.0.2.1:80']) {
    expect([entry, checkAllowedIp(entry)]).toEqual([entry, expect.stringContaining(`"${entry}"`)]);
  }
  for (const entry of ['192.0.2.1', '192.0.2.0/0', '2001:db8::/128', '::ffff:192.0.2.1']) {
    expect([entry, checkAllowedIp(entry)]).toEqual([entry, undefined]);
  }
});

test('an IPv4 address counts as itself, however IPv6 writes it', () => {
  const allows = createAddressCheck(['10.0.0.0/8', '::ffff:192.0.2.0/120']);
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', '192.0.2.77', '::ffff:c000:24d'])
    expect([address, allows(address)]).toEqual([address, true]);
  for (const address of ['11.1.2.3', '::ffff:b01:203', '::a01:203', '192.0.3.1'])
    expect([address, allows(address)]).toEqual([address, false]);
});
