import { expect, test } from 'vitest';
import { identifierAt } from './index.ts';

const read = (json: string, pointer: string) => identifierAt(Buffer.from(json), JSON.parse(json), pointer);

test('a whole number keeps all its digits, whatever its length', () => {
  const json = '{"a": [ {"id" : 9007199254740993, "n":-123456789012345678901234567890} , {"id":7}],"b":"x"}';
  expect(read(json, '/a/0/id')).toBe('9007199254740993');
  expect(read(json, '/a/0/n')).toBe('-123456789012345678901234567890');
  expect(read(json, '/a/1/id')).toBe('7');
  expect(read(json, '/b')).toBe('x');
});

test('of two members with the same name the last one counts', () => {
  expect(read('{"id":9007199254740993,"\\u0069d":9007199254740995}', '/id')).toBe('9007199254740995');
});

test('what is neither a text nor a whole number is no identifier', () => {
  for (const value of ['""', '1.5', '1e400', 'true', 'null', '{}', '[1]', '1'.repeat(101)])
    expect(read(`{"id":${value}}`, '/id')).toBeUndefined();
  expect(read('{"id":1}', '/no')).toBeUndefined();
});
