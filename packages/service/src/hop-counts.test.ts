import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { countHops, createHopCounts, MAX_HOPS } from './hop-counts.ts';

const key = () => randomBytes(32).toString('base64');
const ours = createHopCounts([key()]);
const signatureOf = (header: string) => header.slice(header.indexOf('.') + 1);

test('each passage adds one to a count that this installation has signed', () => {
  expect(ours.read(undefined)).toBeUndefined();
  let hops: string | undefined;
  for (const count of [1, 2, 3]) {
    const header = ours.write([hops]);
    expect(header).toMatch(new RegExp(`^${count}\\.[A-Za-z0-9_-]{22}$`));
    hops = ours.read(header);
    expect(hops).toBe(String(count));
    expect(countHops(hops)).toBe(count);
  }
});

test('a batch has come as far as the furthest of its events', () => {
  expect(ours.read(ours.write(['2', undefined, '4', null]))).toBe('5');
});

test('a count goes no further than its bound', () => {
  expect(ours.read(ours.write([String(MAX_HOPS)]))).toBe(String(MAX_HOPS));
});

test('a number that nobody signed, or another number than the signed one, counts for nothing', () => {
  const signature = signatureOf(ours.write([]));
  for (const made of [
    '5',
    '-1',
    '1e9',
    '0',
    '',
    ' ',
    ',',
    `-1.${signature}`,
    `0.${signature}`,
    `1e9.${signature}`,
  ])
    expect([made, ours.read(made)]).toEqual([made, undefined]);
  expect(ours.read(`101.${signature}`)).toBeUndefined();
  expect(ours.read(`1.${signature}x`)).toBeUndefined();
  expect(countHops(ours.read(`5.${signature}`))).toBe(0);
});

test('of several headers the highest signed count holds, and one that is too long is not read', () => {
  const [first, third] = [ours.write([]), ours.write(['2'])];
  expect(countHops(ours.read(`${third}, ${first}`))).toBe(3);
  expect(countHops(ours.read(`99, ${first}, ${third}, 1e9`))).toBe(3);
  expect(ours.read([first, third])).toBe('3');
  expect(ours.read(`${third}, ${'9'.repeat(10_240)}`)).toBeUndefined();
});

test('counts of other installations go along, four at most, and none of them counts here', () => {
  const others = Array.from({ length: 6 }, () => createHopCounts([key()]));
  const [theirs] = others as [typeof ours];
  const hops = ours.read(theirs.write(['8']));
  expect(countHops(hops)).toBe(0);
  const header = ours.write([hops]);
  expect(countHops(theirs.read(header))).toBe(9);
  expect(countHops(ours.read(theirs.write([theirs.read(header)])))).toBe(1);
  const many = ours.read(others.map((each) => each.write([])).join(','));
  expect(many?.split(';')).toHaveLength(5);
  expect(ours.write([many]).split(', ')).toHaveLength(5);
});

test('a count that was signed before the keys changed still counts', () => {
  const [older, newer] = [key(), key()];
  const header = createHopCounts([older]).write(['1']);
  expect(createHopCounts([newer, older]).read(header)).toBe('2');
  expect(countHops(createHopCounts([newer]).read(header))).toBe(0);
});

test('an attribute of another form counts as none', () => {
  for (const hops of ['', 'x', '-1', '1e9', '101', '5;', '5;x', `1\r\nx: y`]) {
    expect([hops, countHops(hops)]).toEqual([hops, 0]);
    expect(ours.write([hops])).toBe(ours.write([]));
  }
});
