import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayItems, objectMembers, rootSlice, type Slice, scalarText } from './json-slices.ts';

const cut = (bytes: Buffer, { start, end }: Slice) => bytes.toString('utf8', start, end);
const members = (text: string) => {
  const bytes = Buffer.from(text);
  return Object.fromEntries(
    [...objectMembers(bytes, rootSlice(bytes))].map(([name, { value }]) => [name, cut(bytes, value)]),
  );
};
const items = (text: string) => {
  const bytes = Buffer.from(text);
  return arrayItems(bytes, rootSlice(bytes)).map((slice) => cut(bytes, slice));
};

/** Parts of a JSON text that JSON.stringify never writes: white space, escapes and long numbers. */
const space = fc.stringMatching(/^[ \n\r\t]{0,2}$/);
const escapedString = fc.string({ unit: 'binary', maxLength: 12 }).chain((text) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((escapes) => {
    const characters = text.split('').map((character, index) => {
      const unit = character.charCodeAt(0);
      const mustEscape = unit < 0x20 || (unit >= 0xd800 && unit <= 0xdfff) || '"\\'.includes(character);
      return mustEscape || escapes[index] ? `\\u${unit.toString(16).padStart(4, '0')}` : character;
    });
    return `"${characters.join('')}"`;
  }),
);
const scalar = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    'null',
    '-0',
    '1E400',
    '0.10',
    '9007199254740993',
    '"\\/"',
    '"\\\\"',
    '"[{]},:"',
  ),
  fc.bigInt().map(String),
  escapedString,
);
const { value: jsonText } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('array'), tie('object')),
  array: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
    .map((list) => `[${list.map((parts) => parts.join('')).join(',') || ' '}]`),
  object: fc
    .array(fc.tuple(space, escapedString, space, tie('value'), space), { maxLength: 4 })
    .map(
      (list) =>
        `{${list.map(([a, key, b, value, c]) => `${a}${key}${b}:${a}${value}${c}`).join(',') || '\n'}}`,
    ),
}));
const paddedJson = fc.tuple(space, jsonText, space).map((parts) => parts.join(''));

describe('slices of a JSON text', () => {
  it('cover the values that JSON.parse returns, byte for byte as they were written', () => {
    fc.assert(
      fc.property(paddedJson, (text) => {
        const bytes = Buffer.from(text);
        const parsed: unknown = JSON.parse(text);
        const root = rootSlice(bytes);
        expect(cut(bytes, root)).toBe(text.trim());
        const list = arrayItems(bytes, root);
        const map = objectMembers(bytes, root);
        if (Array.isArray(parsed)) {
          expect(list.map((slice) => JSON.parse(cut(bytes, slice)))).toEqual(parsed);
          expect(map.size).toBe(0);
        } else if (typeof parsed === 'object' && parsed !== null) {
          expect(list).toEqual([]);
          expect([...map.keys()].sort()).toEqual(Object.keys(parsed).sort());
          for (const [name, { key, value }] of map) {
            expect(JSON.parse(cut(bytes, key))).toBe(name);
            expect(JSON.parse(cut(bytes, value))).toEqual((parsed as Record<string, unknown>)[name]);
          }
        } else {
          expect([list, map.size]).toEqual([[], 0]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keep digits, escapes and spaces', () => {
    expect(members('{"a": 9007199254740993 ,"b":"\\u00e4\\/", "c" : [ 1, {"d":1.0} ]}')).toEqual({
      a: '9007199254740993',
      b: '"\\u00e4\\/"',
      c: '[ 1, {"d":1.0} ]',
    });
    expect(items('[ 1e2 , "]" ,[[]],{ } ]')).toEqual(['1e2', '"]"', '[[]]', '{ }']);
  });

  it('return the last of several members with the same name, in any spelling of the name', () => {
    expect(members('{"a":1,"\\u0061":2}')).toEqual({ a: '2' });
    expect(members('{"__proto__":{"x":1}}')).toEqual(Object.fromEntries([['__proto__', '{"x":1}']]));
  });

  it('keep every digit of a scalar that is read as text', () => {
    const text = (json: string) => scalarText(Buffer.from(json), rootSlice(Buffer.from(json)));
    expect(text('123456789012345678901234567890')).toBe('123456789012345678901234567890');
    expect(text('"\\u0061\\n"')).toBe('a\n');
    expect(text('-1')).toBe('-1');
    for (const other of ['null', 'true', '[]', '{}', '']) expect(text(other)).toBeUndefined();
  });

  it('end and stay within the text, also for bytes that are not JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
          fc.stringMatching(/^[[\]{}",:\\ 1a]{0,40}$/).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const root = rootSlice(bytes);
          const slices = [
            root,
            ...arrayItems(bytes, root),
            ...[...objectMembers(bytes, root).values()].flatMap(({ key, value }) => [key, value]),
          ];
          for (const slice of slices) {
            expect(slice.start).toBeLessThanOrEqual(bytes.length);
            expect(slice.end).toBeLessThanOrEqual(bytes.length);
            scalarText(bytes, slice);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
