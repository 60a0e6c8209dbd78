import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toPhpJson } from './php-json.ts';

const php = (json: string) => toPhpJson(Buffer.from(json)).toString('latin1');

it.each([
  ['{ "a" : 1.0,\n "b":[ 1e3 , 9007199254740993 ] }', '{"a":1.0,"b":[1e3,9007199254740993]}'],
  ['{"u":"https://a/b \\/ é \\u00E9 😀"}', '{"u":"https:\\/\\/a\\/b \\/ \\u00e9 \\u00e9 \\ud83d\\ude00"}'],
  ['"\\" \\\\ \\t \\u0007"', '"\\" \\\\ \\t \\u0007"'],
  ['{"b":1,"1":2,"a":3}', '{"b":1,"1":2,"a":3}'],
])('%s', (json, expected) => {
  expect(php(json)).toBe(expected);
});

it('keeps the value, in ASCII and without white space outside of texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = php(JSON.stringify(value, null, 2));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).toMatch(/^[\x20-\x7f]*$/);
    }),
  );
});
