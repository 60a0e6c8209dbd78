import { expect, it } from 'vitest';
import { compileSchema } from './compile-schema.ts';

it('names the place where data does not match the schema', () => {
  const check = compileSchema({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, items: { type: 'array', items: { type: 'integer' } } },
  });
  expect(check({ id: 'a', items: [1] })).toBeUndefined();
  expect(check({ id: 'a', items: [1, 'x'] })).toContainEqual({
    at: '/items/1',
    problem: expect.stringMatching(/integer/),
  });
  expect(check([])).toBeDefined();
});

it('refuses or reports a schema with an endless reference to itself', () => {
  expect(() => compileSchema({ $ref: '#' })).toThrow();
  const check = compileSchema({
    properties: { a: { $ref: '#/$defs/a' } },
    $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } },
  });
  expect(check({ b: 1 })).toBeUndefined();
  expect(check({ a: 1 })).toEqual([{ at: '', problem: expect.stringMatching(/cannot be evaluated/) }]);
});

it('does not fetch the URL of a $ref', () => {
  expect(() => compileSchema({ $ref: 'https://example.com/schema' })).toThrow(/Unresolved/);
});

it('treats properties that every JavaScript object inherits as missing', () => {
  const names = ['constructor', 'toString', '__proto__'];
  for (const name of names) {
    const required = compileSchema({ required: [name] });
    expect([name, required({})]).toEqual([name, [{ at: '', problem: expect.stringContaining(name) }]]);
    expect([name, required(JSON.parse(`{"${name}": 1}`))]).toEqual([name, undefined]);
    const typed = compileSchema(JSON.parse(`{"properties": {"${name}": {"type": "string"}}}`));
    expect([name, typed({ list: [{}] })]).toEqual([name, undefined]);
    expect([name, typed(JSON.parse(`{"${name}": 1}`))]).toEqual([
      name,
      expect.arrayContaining([{ at: `/${name}`, problem: expect.stringContaining('string') }]),
    ]);
  }
  expect(compileSchema({ dependentRequired: { constructor: ['b'] } })({})).toBeUndefined();
});
