import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePointer, pointedValue, scalarsAt } from './json-pointer.ts';

const at = (json: string, pointer: string) => scalarsAt(Buffer.from(json), parsePointer(pointer));

describe('scalars at a pointer', () => {
  it.each([
    ['{"a":{"b":"c"}}', '/a/b', ['c']],
    ['{"a":[1,{"b":9007199254740993.50}]}', '/a/1/b', ['9007199254740993.50']],
    ['{"a":true,"b":false}', '/b', ['false']],
    ['{"a/b":{"~":"x"}}', '/a~1b/~0', ['x']],
    ['{"a":"1","a":"2"}', '/a', ['2']],
    ['{"v":[{"s":"x"},{"s":"y"}]}', '/v/*/s', ['x', 'y']],
    ['{"v":[]}', '/v/*/s', []],
    ['{"v":[{"s":"x"},{}]}', '/v/*/s', undefined],
    ['{"a":null}', '/a', undefined],
    ['{"a":{}}', '/a', undefined],
    ['{"a":[1]}', '/a/01', undefined],
    ['{"a":[1]}', '/a/-1', undefined],
    ['{"a":1}', '/constructor', undefined],
    ['{"a":1}', '/__proto__/a', undefined],
    ['7', '/a', undefined],
  ])('%s %s', (json, pointer, expected) => {
    expect(at(json, pointer)).toEqual(expected);
  });

  it('equal the values that JSON.parse returns', () => {
    const key = fc.string();
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(key, { maxLength: 4 }), (value, path) => {
        const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        expect(parsePointer(pointer)).toEqual(path);
        const found = pointedValue(JSON.parse(JSON.stringify(value)), path);
        const texts = scalarsAt(Buffer.from(JSON.stringify(value)), path);
        if (typeof found === 'string' || typeof found === 'boolean') expect(texts).toEqual([String(found)]);
        else if (typeof found !== 'number') expect(texts).toBeUndefined();
      }),
    );
  });
});
