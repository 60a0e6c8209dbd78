import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sliceJsonMember } from './json-slices.ts';

const slice = (text: string, name = 'data') => sliceJsonMember(Buffer.from(text), name)?.toString();

test('the bytes of a member are returned as they were sent', () => {
  expect(slice('{"type":"a.b","data":{"n":9007199254740993,"e":1E5,"s":"\\u00e4\\/"},"x":1}')).toBe(
    '{"n":9007199254740993,"e":1E5,"s":"\\u00e4\\/"}',
  );
  expect(slice(' {\n\t"data" : \r\n [ 1 , [ ] ] } ')).toBe('[ 1 , [ ] ]');
  expect(slice('{"data":-0.10}')).toBe('-0.10');
  expect(slice('{"data":null,"b":1}')).toBe('null');
  expect(slice('{"data":""}')).toBe('""');
  expect(slice('{"data":{"__proto__":{"admin":true}}}')).toBe('{"__proto__":{"admin":true}}');
});

test('only a member of the object itself counts, in any spelling of its name', () => {
  expect(slice('{"a":{"data":1}}')).toBeUndefined();
  expect(slice('{"a":"\\"data\\":1","data":2}')).toBe('2');
  expect(slice('{"a\\\\":"]}","\\u0064ata":3}')).toBe('3');
  expect(slice('{}')).toBeUndefined();
  expect(slice('[{"data":1}]')).toBeUndefined();
});

test('of several members with the same name the last counts, as in JSON.parse', () => {
  expect(slice('{"data":1,"data":2}')).toBe('2');
  expect(slice('{"data":1,"\\u0064\\u0061ta":[3],"z":0}')).toBe('[3]');
});

/** A JSON text of a value with arbitrary white space and escapes. */
function written(value: unknown, pick: () => number): string {
  const space = () => [' ', '\n', '\t', '\r', '', ''][pick() % 6] as string;
  const text = (plain: string) =>
    `"${[...plain]
      .map((char) => {
        const code = char.charCodeAt(0);
        if (char.length === 1 && (code < 0x20 || char === '"' || char === '\\' || pick() % 5 === 0)) {
          return `\\u${code.toString(16).padStart(4, '0')}`;
        }
        return char;
      })
      .join('')}"`;
  if (typeof value === 'string') return space() + text(value) + space();
  if (Array.isArray(value))
    return `${space()}[${value.map((item) => written(item, pick)).join(',') || space()}]${space()}`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${space()}${text(key)}${space()}:${written(item, pick)}`,
    );
    return `${space()}{${members.join(',') || space()}}${space()}`;
  }
  return space() + JSON.stringify(value) + space();
}

test('for any object in any spelling, the slice parses to the value that JSON.parse returns for the member', () => {
  const key = fc.oneof(fc.constantFrom('data', 'type', 'a"b', 'd\\', '__proto__', 'ä', '😀'), fc.string());
  const members = fc.array(fc.tuple(key, fc.jsonValue({ noUnicodeString: false })), { maxLength: 6 });
  fc.assert(
    fc.property(members, key, fc.infiniteStream(fc.nat(1000)), (entries, name, numbers) => {
      const pick = () => numbers.next().value as number;
      const json = `{${entries.map(([each, value]) => `${written(each, pick)}:${written(value, pick)}`).join(',')}}`;
      const parsed = JSON.parse(json) as Record<string, unknown>;
      const sliced = slice(json, name);
      if (!Object.hasOwn(parsed, name)) {
        expect(sliced).toBeUndefined();
        return;
      }
      expect(sliced).toBe(sliced?.trim());
      expect(JSON.parse(sliced as string)).toEqual(parsed[name]);
      expect(json).toContain(sliced);
    }),
    { numRuns: 1_000 },
  );
});

test('a text that is not JSON ends the search without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        sliceJsonMember(Buffer.from(bytes), 'data');
      } catch (error) {
        // Only a key that is not a JSON string may be refused; JSON.parse would have refused the whole text.
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});

test('a deeply nested text does not overflow the stack', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  expect(slice(`{"data":${deep},"b":1}`)).toBe(deep);
});
