import type { Random } from './random.ts';

/** Values that are invalid for almost every field, each for a different reason. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\u202e\ufeff',
  'x'.repeat(201),
  'x'.repeat(5_000),
  '😀'.repeat(200),
  '%00',
  "'; drop table events; --",
  '{{constructor}}',
  '__proto__',
  '../../etc/passwd',
  '0001-01-01T00:00:00+01:00',
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  'evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'evt_00000000000000000000000000',
  'dlv_7ZZZZZZZZZZZZZZZZZZZZZZZZZ_7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'ep_01BX5ZZKBKACTAV9WEVGEMMVRZ',
  // Invalid cursors: base64url of `evt_7ZZZ…`, of NUL, of half a character.
  Buffer.from('evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ').toString('base64url'),
  Buffer.from('evt_\0').toString('base64url'),
  Buffer.from([0xed, 0xa0, 0x80]).toString('base64url'),
  [],
  {},
  [null],
  [[[[]]]],
  { $gt: {} },
  { toString: 1, constructor: null, toJSON: 'x' },
];

/** Values that are put into a path without encoding. */
export const ODD_PATH_PARTS: readonly string[] = [
  '%00',
  'a%00b',
  '%zz',
  '%',
  '%ED%A0%80',
  '%2e%2e',
  'evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'dlv_7ZZZZZZZZZZZZZZZZZZZZZZZZZ_7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'x'.repeat(100),
  'x'.repeat(101),
  'x'.repeat(501),
  '%F0%9F%98%80',
  '*',
  "'",
];

/** Whole bodies that are invalid for every call. */
export const ODD_BODIES: readonly string[] = [
  '',
  ' ',
  '{',
  'null',
  '[]',
  '"text"',
  '1e400',
  '\ufeff{}',
  '{"a":1,"a":2}',
  '{"__proto__":{"admin":true}}',
  '{"\\u0000":1}',
  `{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
];

/** A copy in which one value, or one member's name, is odd. */
export function withOddValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(ODD_VALUES);
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(ODD_VALUES)];
    const at = random.below(value.length);
    return value.map((each, index) => (index === at ? withOddValue(each, random) : each));
  }
  const names = Object.keys(value);
  if (names.length === 0 || random.chance(0.15)) {
    return { ...value, [random.pick(['unknownField', '\0', '\ud800', ''])]: random.pick(ODD_VALUES) };
  }
  const name = random.pick(names);
  const { [name]: member, ...rest } = value as Record<string, unknown>;
  return random.chance(0.2) ? rest : { ...value, [name]: withOddValue(member, random) };
}
