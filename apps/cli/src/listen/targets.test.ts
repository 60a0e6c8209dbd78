import { expect, test } from 'vitest';
import { isLoopback, readTargets, targetOf } from './targets.ts';

test('an event goes to the first target whose pattern matches, and the one for all events is last', () => {
  const targets = readTargets([
    'http://localhost:4000/all?a=1&b=2',
    'github.*=http://localhost:4001/github',
    'stripe.invoice=4002',
  ]);
  const urlOf = (type: string) => targetOf(targets, type)?.url.href;
  expect(urlOf('github.push')).toBe('http://localhost:4001/github');
  expect(urlOf('stripe.invoice.paid')).toBe('http://localhost:4002/');
  expect(urlOf('stripe.charge.failed')).toBe('http://localhost:4000/all?a=1&b=2');
  expect(targetOf(readTargets(['github.*=4001']), 'order.paid')).toBeUndefined();
});

test('an address may be short', () => {
  expect(readTargets(['4000']).map(({ url }) => url.href)).toEqual(['http://localhost:4000/']);
  expect(readTargets(['localhost:4000/hook?x=y=z']).map(({ url }) => url.href)).toEqual([
    'http://localhost:4000/hook?x=y=z',
  ]);
});

test.each([
  [''],
  ['ftp://localhost'],
  ['http://user@localhost'],
  ['http://localhost/#x'],
  ['github.*='],
  ['http://'],
])('what is no address is refused: %j', (value) => {
  expect(() => readTargets([value])).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('two targets for all events would compete', () => {
  expect(() => readTargets(['4000', '4001'])).toThrow('Only one --forward may be without an event type.');
});

test('only addresses of this machine are of this machine', () => {
  const isOf = (url: string) => isLoopback(new URL(url));
  expect(
    ['https://localhost:1', 'https://127.0.0.2', 'https://[::1]:8', 'https://a.localhost'].map(isOf),
  ).toEqual([true, true, true, true]);
  expect(
    ['https://127.0.0.1.example.com', 'https://localhost.example.com', 'https://10.0.0.1'].map(isOf),
  ).toEqual([false, false, false]);
});
