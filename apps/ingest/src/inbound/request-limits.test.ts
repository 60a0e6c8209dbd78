import { expect, test } from 'vitest';
import { createRequestLimits } from './request-limits.ts';

const limits = (perAddress: number, perSource: number) =>
  createRequestLimits({ perAddress, perSource, windowMs: 60_000 });

test('an address that was refused too often is turned away, others are not', () => {
  const { turnAway, countRefused } = limits(2, 0);
  for (let index = 0; index < 2; index++) {
    expect(turnAway('192.0.2.1')).toBeUndefined();
    countRefused('192.0.2.1');
  }
  expect(turnAway('192.0.2.1')).toMatchObject({ limit: 2, remaining: 0 });
  expect(turnAway('::ffff:192.0.2.1')).toBeDefined();
  expect(turnAway('192.0.2.2')).toBeUndefined();
});

test('an address from which something was right is heard, whatever others make it send', () => {
  const { turnAway, countRefused, countVerified, isExhausted } = limits(2, 0);
  countVerified('192.0.2.1', 'src_1');
  for (let index = 0; index < 10; index++) countRefused('192.0.2.1');
  expect(turnAway('192.0.2.1')).toBeUndefined();
  expect(isExhausted('192.0.2.1')).toBe(true);
});

test('the addresses of one IPv6 network count together', () => {
  const { turnAway, countRefused } = limits(1, 0);
  countRefused('2001:db8:1:2::1');
  expect(turnAway('2001:db8:1:2:ffff::9')).toBeDefined();
  expect(turnAway('2001:DB8:1:2::7')).toBeDefined();
  expect(turnAway('2001:db8:1:3::1')).toBeUndefined();
  expect(turnAway('::1')).toBeUndefined();
});

test('0 is no limit', () => {
  const { turnAway, countRefused, countVerified } = limits(0, 0);
  expect(countRefused('192.0.2.1')).toBeUndefined();
  expect(countVerified('192.0.2.1', 'src_1')).toBeUndefined();
  expect(turnAway('192.0.2.1')).toBeUndefined();
});
