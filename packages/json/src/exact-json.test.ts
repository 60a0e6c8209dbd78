import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareNumbers,
  ExactNumber,
  hasInexactNumber,
  isSameValue,
  listInexactNumbers,
  parseExactJson,
  parsePointer,
  pointedValue,
} from './index.ts';

const numberIn = (text: string) => (parseExactJson(`[${text}]`) as [number | ExactNumber])[0];

test('a number that a double cannot hold keeps its text', () => {
  for (const text of [
    '7615917337495251231',
    '9007199254740993',
    '1e400',
    '-1E-400',
    '0.1000000000000000055',
    '12345678901234567.5',
  ]) {
    const number = numberIn(text);
    expect(number).toBeInstanceOf(ExactNumber);
    expect(JSON.stringify({ number })).toBe(`{"number":${text}}`);
  }
});

test('any other number is a JavaScript number', () => {
  for (const text of [
    '0',
    '-0',
    '1',
    '-1.5',
    '150.00',
    '0.1',
    '1e3',
    '1E+21',
    '9007199254740992',
    '10000000000000000000000',
    '0.30000000000000004',
  ])
    expect(numberIn(text)).toBe(Number(text));
});

test('numbers compare by every digit', () => {
  const compare = (a: string, b: string) => Math.sign(compareNumbers(numberIn(a), numberIn(b)));
  expect(compare('7615917337495251231', '7615917337495251232')).toBe(-1);
  expect(compare('-7615917337495251231', '-7615917337495251232')).toBe(1);
  expect(compare('7615917337495251231', '7615917337495251231')).toBe(0);
  expect(compare('7615917337495251231', '7.615917337495251231e18')).toBe(0);
  expect(compare('7615917337495251231', '7615917337495251000')).toBe(1);
  expect(compare('1e400', '1e401')).toBe(-1);
  expect(compare('1e400', '5')).toBe(1);
  expect(compare('-1e400', '1e-400')).toBe(-1);
  expect(compare('1e-400', '0')).toBe(1);
  expect(compare('0e99', '-0')).toBe(0);
  expect(compare('1e99999999999999999999', '1e400')).toBe(1);
});

test('a numeric text compares with a number by every digit', () => {
  expect(compareNumbers('7615917337495251232', numberIn('7615917337495251231'))).toBeGreaterThan(0);
  expect(compareNumbers(' 150.00 ', 100)).toBeGreaterThan(0);
  expect(compareNumbers('0x10', 16)).toBe(0);
  expect(compareNumbers('', 0)).toBe(0);
  expect(compareNumbers('many', 1)).toBeNaN();
  expect(compareNumbers('Infinity', Number.POSITIVE_INFINITY)).toBe(0);
});

test('equal numbers in different notations have the same text', () => {
  const texts = ['7615917337495251230', '7615917337495251230.0', '761591733749525123e1'].map((text) =>
    String(numberIn(text)),
  );
  expect(new Set(texts)).toEqual(new Set(['7615917337495251230']));
  expect(String(numberIn('10e399'))).toBe(String(numberIn('1e400')));
  expect(isSameValue(numberIn('10e399'), numberIn('1e400'))).toBe(true);
  expect(isSameValue(numberIn('1e400'), numberIn('1e401'))).toBe(false);
  expect(isSameValue('7615917337495251231', numberIn('7615917337495251231'))).toBe(false);
});

test('digits in strings are not numbers, next to any characters', () => {
  for (const text of [
    '{"7615917337495251231":"7615917337495251231"}',
    '"\\"7615917337495251231"',
    '["\\\\",1,"1e400"]',
    '{"at":"2026-01-05T00:00:00Z"}',
  ])
    expect(hasInexactNumber(Buffer.from(text))).toBe(false);
  expect(hasInexactNumber(Buffer.from('["\\\\",7615917337495251231]'))).toBe(true);
});

test('any JSON is written as it was read, and its plain values equal those of JSON.parse', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
    fc.tuple(fc.integer(), fc.nat(500)).map(([mantissa, power]) => `${mantissa}e${power}`),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          number,
          fc.string().map((each) => JSON.stringify(each)),
        ),
      ),
      (texts) => {
        const json = `[${texts.join(',')}]`;
        const parsed = parseExactJson(json) as unknown[];
        const plain = JSON.parse(json) as unknown[];
        for (const [index, value] of parsed.entries()) {
          if (value instanceof ExactNumber) expect(value.text).toBe(texts[index]);
          else expect(value).toBe(plain[index]);
        }
      },
    ),
  );
});

test('integers compare as BigInt does', () => {
  const integer = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n });
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      const sign = Math.sign(compareNumbers(numberIn(String(a)), numberIn(String(b))));
      expect(sign).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

/**
 * The CPU time of this process in ms: unlike the time of day, it stands still while other processes have the processor.
 */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

test('the search for numbers takes linear time, also in a text that consists of escapes', () => {
  const took = (length: number) => {
    const json = Buffer.from(`"${'\\"'.repeat(length)}`);
    const startMs = cpuMs();
    hasInexactNumber(json);
    return cpuMs() - startMs;
  };
  took(1_000);
  expect(took(400_000)).toBeLessThan(200);
  const slashes = Buffer.from(`"${'\\'.repeat(1_000_000)}`);
  const startMs = cpuMs();
  hasInexactNumber(slashes);
  expect(cpuMs() - startMs).toBeLessThan(200);
});

test('each number that JSON.parse would change is listed with its pointer and its text', () => {
  const json =
    '{ "a" : [1, {"b/c~d": 7615917337495251231 , "e":"9007199254740993"}, [1e400]],"\\u0061b":-0.1234567890123456789}';
  expect(listInexactNumbers(Buffer.from(json), 10)).toEqual([
    { pointer: '/a/1/b~1c~0d', text: '7615917337495251231' },
    { pointer: '/a/2/0', text: '1e400' },
    { pointer: '/ab', text: '-0.1234567890123456789' },
  ]);
  expect(listInexactNumbers(Buffer.from(json), 1)).toHaveLength(1);
  expect(listInexactNumbers(Buffer.from('1e400'), 1)).toEqual([{ pointer: '', text: '1e400' }]);
});

test('for any JSON, the listed numbers are the ones that parseExactJson returns as ExactNumber', () => {
  const number = fc.oneof(fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), fc.integer()).map(String);
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      number,
      fc.string().map((each) => JSON.stringify(each)),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
      fc
        .array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 })
        .map((entries) => new Map(entries))
        .map(
          (entries) => `{${[...entries].map(([key, item]) => `${JSON.stringify(key)} :${item}`).join(',')}}`,
        ),
    ),
  }));
  const countExact = (of: unknown): number => {
    if (of instanceof ExactNumber) return 1;
    if (typeof of !== 'object' || of === null) return 0;
    return Object.values(of).reduce<number>((sum, each) => sum + countExact(each), 0);
  };
  fc.assert(
    fc.property(value, (json) => {
      const parsed = parseExactJson(json);
      const listed = listInexactNumbers(Buffer.from(json), 1_000);
      expect(listed).toHaveLength(countExact(parsed));
      for (const { pointer, text } of listed)
        expect(pointedValue(parsed, parsePointer(pointer))).toMatchObject({ text });
    }),
  );
});
