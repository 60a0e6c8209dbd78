import { expect, test } from 'vitest';
import { createRequestLimits, type RequestLimits } from './request-limits.ts';

const limits = (perAddress: number, perSource: number) =>
  createRequestLimits({ perAddress, perSource, windowMs: 60_000 });

const refuse = ({ countRefused }: RequestLimits, address: string, times: number) => {
  for (let index = 0; index < times; index++) countRefused(address);
};

test('requests of an address beyond its limit are still verified, until its refusals are ten times the limit', () => {
  const those = limits(2, 0);
  refuse(those, '192.0.2.1', 2);
  expect(those.isExhausted('192.0.2.1')).toBe(true);
  refuse(those, '192.0.2.1', 17);
  expect(those.turnAway('192.0.2.1')).toBeUndefined();
  refuse(those, '192.0.2.1', 1);
  expect(those.turnAway('192.0.2.1')).toMatchObject({ quota: { limit: 2 }, remaining: 0 });
  expect(those.turnAway('::ffff:192.0.2.1')).toBeDefined();
  expect(those.turnAway('192.0.2.2')).toBeUndefined();
});

test('an address that sent a verified request is never turned away, however many of its requests are refused', () => {
  const those = limits(2, 0);
  those.countVerified('192.0.2.1', 'src_1');
  refuse(those, '192.0.2.1', 100);
  expect(those.turnAway('192.0.2.1')).toBeUndefined();
  expect(those.isExhausted('192.0.2.1')).toBe(true);
});

test('the addresses of one IPv6 network count together', () => {
  const { isExhausted, countRefused } = limits(1, 0);
  countRefused('2001:db8:1:2::1');
  expect(isExhausted('2001:db8:1:2:ffff::9')).toBe(true);
  expect(isExhausted('2001:DB8:1:2::7')).toBe(true);
  expect(isExhausted('2001:db8:1:3::1')).toBe(false);
  expect(isExhausted('::1')).toBe(false);
});

test('a limit of 0 means no limit', () => {
  const { turnAway, countRefused, countVerified } = limits(0, 0);
  expect(countRefused('192.0.2.1')).toBeUndefined();
  expect(countVerified('192.0.2.1', 'src_1')).toBeUndefined();
  expect(turnAway('192.0.2.1')).toBeUndefined();
});
