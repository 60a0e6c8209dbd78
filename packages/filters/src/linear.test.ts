import { describe, expect, test } from 'vitest';
import { compileFilter } from './compile-filter.ts';

/** The CPU time that one event may cost, doubled for a busy machine. */
const MAX_MS = 400;
/** The size of a payload that is evaluated without a worker thread. */
const BYTES = 250_000;

const list = <T>(length: number, of: (n: number) => T) => Array.from({ length }, (_, n) => of(n));
const numbers = list(BYTES / 12, (n) => n);
const object = Object.fromEntries(list(BYTES / 24, (n) => [`k${n}`, n]));

/** Filters and payloads in which a single condition takes much longer than one comparison. */
const ATTACKS: Record<string, [filter: object, data: unknown]> = {
  'each element is searched in a list of the payload': [
    { data: { items: { $or: [{ $in: { $ref: 'data.list' } }] } } },
    { items: list(BYTES / 16, (n) => -n - 1), list: numbers },
  ],
  'each element is compared with a list of prefixes': [
    { data: { items: { $or: [{ $startsWith: { $ref: 'data.list' } }] } } },
    { items: list(BYTES / 16, (n) => `a${n}`), list: list(BYTES / 16, (n) => `b${n}`) },
  ],
  'a long text is searched in a longer one': [
    { data: { text: { $in: { $ref: 'data.part' } } } },
    { text: 'a'.repeat(BYTES / 2), part: `b${'a'.repeat(BYTES / 4)}` },
  ],
  'a long text is searched that begins like the longer one': [
    { data: { text: { $in: { $ref: 'data.part' } } } },
    { text: 'a'.repeat(BYTES / 2), part: `${'a'.repeat(BYTES / 4)}b${'a'.repeat(BYTES / 8)}` },
  ],
  'each element is compared with a large object': [
    { data: { items: { $or: [{ $eq: { $ref: 'data.object' } }] } } },
    { items: list(BYTES / 8, () => ({})), object },
  ],
  'each element is compared with a $ref to a large object': [
    { data: { items: { $ref: 'data.object' } } },
    { items: list(BYTES / 8, () => ({})), object },
  ],
  'each element is compared with a text of half the payload': [
    { data: { items: { $or: [{ $gt: { $ref: 'data.text' } }] } } },
    { items: list(BYTES / 4, (n) => n % 10), text: '1'.repeat(BYTES / 2) },
  ],
  'each list in a list is compared with a list': [
    { data: { items: { $or: [{ $eq: { $ref: 'data.items[$index]' } }] } } },
    { items: list(500, () => numbers.slice(0, 40)) },
  ],
};

describe('the time of every condition is at most linear in the length of the payload', () => {
  test.each(Object.entries(ATTACKS))('%s', (_name, [filter, data]) => {
    const compiled = compileFilter(filter);
    const before = process.cpuUsage();
    const mismatch = compiled.findMismatch({ data });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(MAX_MS);
    if (mismatch) expect(mismatch.message.length).toBeLessThan(1_000);
  });

  test('a long text is cut before it is written into a message', () => {
    const text = '\u0001'.repeat(BYTES);
    const compiled = compileFilter({ data: { $and: list(200, () => ({ text: 'x' })) } });
    const before = process.cpuUsage();
    expect(compiled.explain({ data: { text } })).toHaveLength(200);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(MAX_MS);
  });

  test('a text of several megabytes can still be searched', () => {
    const text = `${'lorem ipsum '.repeat(1_000_000)}needle`;
    const wanted = compileFilter({ data: { text: { $in: 'needle' } } });
    expect(wanted.findMismatch({ data: { text } })).toBeUndefined();
  });
});
