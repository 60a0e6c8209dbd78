import { parseExactJson } from '@hookline/json';
import { describe, expect, test } from 'vitest';
import { compileFilter } from './compile-filter.ts';
import { FilterError } from './errors.ts';
import { MAX_FILTER_CONDITIONS, MAX_FILTER_DEPTH, MAX_FILTER_LENGTH } from './parse-filter.ts';

const matches = (filter: unknown, document: Record<string, unknown>) =>
  compileFilter(filter).findMismatch(document) === undefined;

describe('the six cases that Convoy gets wrong', () => {
  test.each([
    ['every field counts, also a missing one', { type: 'paid', region: 'eu' }, { type: 'paid' }, false],
    ['$exist: false matches a missing field', { deleted: { $exist: false } }, { type: 'paid' }, true],
    ['a missing field differs from any value', { status: { $neq: 'x' } }, { type: 'paid' }, true],
    [
      'a text that is not a number is not less than a number',
      { amount: { $lt: 5 } },
      { amount: 'abc' },
      false,
    ],
    [
      'a text that is not a number is not greater than a number',
      { amount: { $gt: 5 } },
      { amount: 'abc' },
      false,
    ],
    ['a text is not equal to a number', { v: 1 }, { v: '1.0' }, false],
  ])('%s', (_name, filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });
});

describe('where our filters differ from simple-json-match', () => {
  test.each([
    ['equality converts nothing', { a: 0 }, { a: false }, false],
    ['an empty text is not zero', { a: { $eq: '' } }, { a: 0 }, false],
    [
      'objects are equal in any order of their members',
      { a: { $eq: { x: 1, y: 2 } } },
      { a: { y: 2, x: 1 } },
      true,
    ],
    ['an object is not equal to its text', { a: { $eq: '{"x":1}' } }, { a: { x: 1 } }, false],
    ['$nin holds for a missing field', { a: { $nin: ['x'] } }, {}, true],
    ['$not under a field negates the condition in it', { a: { $not: 'x' } }, { a: 'y' }, true],
    [
      '$not under a field refuses an array with a matching element',
      { a: { $not: 'x' } },
      { a: ['x', 'y'] },
      false,
    ],
    ['$not holds for a missing field', { a: { $not: 'x' } }, {}, true],
    ['$not takes any condition, also the value false', { a: { $not: false } }, { a: true }, true],
    ['$and works under a field', { a: { $and: [{ $gt: 1 }, { $lt: 3 }] } }, { a: 2 }, true],
    ['$or can match a missing field', { a: { $or: [{ $exist: false }, 1] } }, {}, true],
    ['$or can match null', { a: { $or: [null, 1] } }, { a: null }, true],
    ['conditions beside $or count', { a: { $or: [1, 2], $gt: 1 } }, { a: 1 }, false],
    ['fields beside an operator count', { a: { $exist: true, b: 1 } }, { a: { b: 2 } }, false],
    ['an array never matches an object', { a: [] }, { a: {} }, false],
    ['an inherited property is not a field', { constructor: { $exist: true } }, {}, false],
    [
      'a $ref starts at the top of the document, also inside alternatives',
      { a: { $or: [{ $ref: 'b' }] }, b: 1 },
      { a: 1, b: 1 },
      true,
    ],
    [
      'a $ref as operand of an operator on an array is resolved',
      { a: { $eq: { $ref: 'b' } } },
      { a: [1], b: [1] },
      true,
    ],
    [
      'the value that a $ref points to is never read as a condition',
      { a: { $ref: 'b' } },
      { a: 1, b: { $exist: true } },
      false,
    ],
    ['lists may hold null and booleans', { a: { $in: [null, true] } }, { a: null }, true],
  ])('%s', (_name, filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });
});

describe('arrays', () => {
  test.each([
    ['a value matches an array that contains it', { tags: 'b' }, { tags: ['a', 'b'] }, true],
    [
      'a list matches an array only if every item is found',
      { tags: ['a', 'c'] },
      { tags: ['a', 'b'] },
      false,
    ],
    [
      'an object matches an array with a matching element',
      { items: { id: 2 } },
      { items: [{ id: 1 }, { id: 2 }] },
      true,
    ],
    [
      'conditions on several fields must hold for the same element',
      { items: { id: 1, n: 2 } },
      {
        items: [
          { id: 1, n: 1 },
          { id: 2, n: 2 },
        ],
      },
      false,
    ],
    [
      '$not beside fields applies to the same element',
      { items: { id: 1, $not: { n: 2 } } },
      {
        items: [
          { id: 1, n: 1 },
          { id: 3, n: 2 },
        ],
      },
      true,
    ],
    ['an operator applies to the whole array', { tags: { $startsWith: 'a' } }, { tags: ['a'] }, false],
    [
      'a condition inside $or applies to one element',
      { tags: { $or: [{ $startsWith: 'a' }] } },
      { tags: ['xa', 'ab'] },
      true,
    ],
    [
      '[$index] in a $ref is the position of the element that is being tested',
      { v: { u: { $ref: 'v[$index].c' } } },
      {
        v: [
          { u: 1, c: 2 },
          { u: 2, c: 2 },
        ],
      },
      true,
    ],
    [
      '[$index] also works in arrays of arrays',
      { v: { w: { u: { $ref: 'v[$index].w[$index].c' } } } },
      {
        v: [
          { w: [{ u: 1, c: 0 }] },
          {
            w: [
              { u: 1, c: 2 },
              { u: 3, c: 3 },
            ],
          },
        ],
      },
      true,
    ],
  ])('%s', (_name, filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });
});

describe('the error for a refused filter names the path and the problem', () => {
  const nest = (depth: number): unknown => (depth === 0 ? 1 : { a: nest(depth - 1) });
  test.each([
    ['a filter that is not an object', [1], /^filter: a filter is an object$/],
    [
      'an unknown operator',
      { data: { n: { $regex: 'x' } } },
      /^filter\.data\.n\.\$regex: there is no operator \$regex; the operators are \$eq /,
    ],
    [
      'the name of a property that every object inherits',
      { a: { $constructor: 1 } },
      /there is no operator \$constructor/,
    ],
    [
      'an operand of the wrong type',
      { 'a b': { $gt: null } },
      /^filter\["a b"\]\.\$gt: takes a number or a text$/,
    ],
    ['$exist of a text', { a: { $exist: 'yes' } }, /^filter\.a\.\$exist: takes true or false$/],
    ['$in of an object', { a: { $in: [{}] } }, /^filter\.a\.\$in: takes a list of plain values/],
    ['$or of an object', { $or: { a: 1 } }, /^filter\.\$or: takes a list of conditions$/],
    [
      'an error deep inside a list',
      { $and: [{ a: 1 }, { b: { $startsWith: 1 } }] },
      /^filter\.\$and\[1\]\.b\.\$startsWith: takes a text/,
    ],
    [
      'a $ref that is not a path',
      { a: { $ref: 'b[' } },
      /^filter\.a\.\$ref: "b\[" is not a path: "\[" was not understood$/,
    ],
    [
      'another member beside a $ref',
      { a: { $gt: { $ref: 'b', c: 1 } } },
      /^filter\.a\.\$gt: an object with \$ref must have no other member$/,
    ],
    ['a filter that is nested too deep', nest(MAX_FILTER_DEPTH + 1), /nested more than 20 deep/],
    ['a filter that is nested far too deep', nest(5_000), /nested more than 20 deep/],
    [
      'too many conditions',
      { $or: Array.from({ length: MAX_FILTER_CONDITIONS }, (_, n) => n) },
      /more than 500 conditions/,
    ],
    ['a filter that is too long', { a: 'x'.repeat(MAX_FILTER_LENGTH) }, /longer than 32768 characters/],
    ['a NUL', { a: 'x\u0000' }, /a character that cannot be stored/],
    ['half of a surrogate pair', { '\ud800': 1 }, /a character that cannot be stored/],
  ])('%s', (_name, filter, message) => {
    expect(() => compileFilter(filter)).toThrow(FilterError);
    expect(() => compileFilter(filter)).toThrow(message);
  });

  test('a text with an escaped backslash before "u0000" is not refused as a NUL', () => {
    expect(matches({ a: 'x\\u0000' }, { a: 'x\\u0000' })).toBe(true);
  });
});

describe('a mismatch says which condition failed', () => {
  test.each([
    [
      { type: 'a', data: { n: { $gt: 1, $lt: 5 } } },
      { type: 'a', data: { n: 7 } },
      'data.n',
      '$lt',
      'data.n is 7; the filter wants $lt 5',
    ],
    [
      { data: { a: { b: 'x' } } },
      { data: { a: 'y' } },
      'data.a',
      'object',
      'data.a is "y"; the filter wants an object',
    ],
    [{ data: { a: 'x' } }, { data: {} }, 'data.a', '$eq', 'data.a is not there; the filter wants "x"'],
    [
      { $or: [{ type: 'a' }, { type: 'b' }] },
      { type: 'c' },
      '',
      '$or',
      'the event is an object; the filter wants one of 2 alternatives',
    ],
    [
      { data: { tags: { $not: 'x' } } },
      { data: { tags: ['x'] } },
      'data.tags',
      '$not',
      'data.tags is ["x"]; the filter wants the condition in $not to be false',
    ],
    [
      { data: { items: { id: 1 } } },
      { data: { items: [{ id: 2 }] } },
      'data.items',
      'element',
      'data.items is an array of 1; the filter wants at least one element that matches',
    ],
    [
      { a: { $lte: { $ref: 'b' } } },
      { a: 2, b: 1 },
      'a',
      '$lte',
      'a is 2; the filter wants $lte {"$ref":"b"}',
    ],
  ])('%j of %j', (filter, document, path, operator, message) => {
    expect(compileFilter(filter).findMismatch(document)).toEqual({ path, operator, message });
  });

  test('an explanation lists the result of each condition', () => {
    const filter = compileFilter({ type: 'a', data: { n: { $gt: 1, $lt: 5 }, m: { $exist: false } } });
    expect(
      filter
        .explain({ type: 'a', data: { n: 7 } })
        .map(({ path, operator, holds }) => [path, operator, holds]),
    ).toEqual([
      ['type', '$eq', true],
      ['data.n', '$gt', true],
      ['data.n', '$lt', false],
      ['data.m', '$exist', true],
    ]);
  });
});

test('the getter of a field runs only if the filter names the field', () => {
  let asked = 0;
  const document = {
    type: 'a',
    get data() {
      asked++;
      return { n: 1 };
    },
  };
  expect(matches({ type: 'b', data: { n: 1 } }, document)).toBe(false);
  expect(matches({ type: 'a' }, document)).toBe(true);
  expect(asked).toBe(0);
  expect(matches({ type: 'a', data: { n: 1 } }, document)).toBe(true);
  expect(asked).toBe(1);
});

test('a document that the filter cannot be evaluated for does not match, and the mismatch says why', () => {
  const unreadable = {
    get data(): unknown {
      throw new Error('the payload is not JSON');
    },
  };
  expect(compileFilter({ $not: { data: { n: 1 } } }).findMismatch(unreadable)).toEqual({
    path: undefined,
    operator: undefined,
    message: 'the filter could not be evaluated: the payload is not JSON',
  });
  const outside = compileFilter({ a: { $neq: { $ref: 'b[$index]' } } });
  expect(outside.findMismatch({ a: 1, b: [2] })?.message).toMatch(
    /could not be evaluated: \[\$index\] is used outside/,
  );
});

/**
 * The CPU time of this process in ms: unlike the time of day, it stands still while other processes have the processor.
 */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

test('the evaluation of an expensive filter ends early, and the document does not match', () => {
  const some = Array.from({ length: 400 }, (_, n) => `x${n}`);
  const filter = compileFilter({ $not: { data: { ids: { $or: some } } } });
  const document = { data: { ids: Array.from({ length: 100_000 }, (_, n) => n) } };
  const startMs = cpuMs();
  expect(filter.findMismatch(document)?.message).toMatch(
    /could not be evaluated: the filter needs more than 200000 comparisons/,
  );
  expect(cpuMs() - startMs).toBeLessThan(500);
});

describe('numbers keep every digit', () => {
  const ask = (filter: string, document: string) =>
    compileFilter(parseExactJson(filter)).findMismatch(parseExactJson(document) as Record<string, unknown>);

  test.each([
    ['{"id":7615917337495251231}', '{"id":7615917337495251231}', true],
    ['{"id":7615917337495251231}', '{"id":7615917337495251232}', false],
    ['{"id":7615917337495251231}', '{"id":7615917337495251000}', false],
    ['{"id":7615917337495251231}', '{"id":"7615917337495251231"}', false],
    ['{"id":7615917337495251231}', '{"ids":1,"id":[1,7615917337495251231]}', true],
    ['{"id":{"$eq":[7615917337495251231]}}', '{"id":[7615917337495251232]}', false],
    ['{"id":{"$in":[1,7615917337495251231]}}', '{"id":7615917337495251231}', true],
    ['{"id":{"$in":[1,7615917337495251231]}}', '{"id":7615917337495251230}', false],
    ['{"id":{"$nin":[7615917337495251231]}}', '{"id":7615917337495251230}', true],
    ['{"id":{"$gt":7615917337495251231}}', '{"id":7615917337495251232}', true],
    ['{"id":{"$gt":7615917337495251231}}', '{"id":7615917337495251231}', false],
    ['{"id":{"$gte":7615917337495251231}}', '{"id":"7615917337495251231"}', true],
    ['{"id":{"$lt":"7615917337495251232"}}', '{"id":7615917337495251231}', true],
    ['{"id":{"$ref":"other"}}', '{"id":7615917337495251231,"other":7615917337495251232}', false],
    ['{"id":{"$ref":"other"}}', '{"id":7615917337495251231,"other":7615917337495251231}', true],
    ['{"n":1e400}', '{"n":1e401}', false],
    ['{"n":{"$lt":1e401}}', '{"n":1e400}', true],
    ['{"n":-0}', '{"n":0}', true],
    ['{"text":{"$in":7615917337495251231}}', '{"text":"no. 7615917337495251231"}', true],
  ])('%s on %s: %s', (filter, document, expected) => {
    expect(ask(filter, document) === undefined).toBe(expected);
  });

  test('a mismatch shows the numbers as they were written', () => {
    expect(ask('{"id":7615917337495251231}', '{"id":7615917337495251232}')?.message).toBe(
      'id is 7615917337495251232; the filter wants 7615917337495251231',
    );
    expect(ask('{"n":1}', '{"n":-0}')?.message).toBe('n is -0; the filter wants 1');
    expect(ask('{"n":1}', '{"n":1e400}')?.message).toBe('n is 1e400; the filter wants 1');
  });
});
