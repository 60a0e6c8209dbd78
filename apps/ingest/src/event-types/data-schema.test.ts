import { expect, it } from 'vitest';
import { compileSchema, findSchemaProblem } from './data-schema.ts';

it('says where data does not fit', () => {
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

it('refuses schemas that would run a regular expression, wherever it is', () => {
  for (const schema of [
    { pattern: '^(a+)+$' },
    { properties: { a: { items: { patternProperties: { x: {} } } } } },
    { anyOf: [{}, { not: { pattern: 'a' } }] },
    { $defs: { pattern: { pattern: 'a' } } },
  ]) {
    expect(findSchemaProblem(schema)).toMatch(/not supported/);
  }
  expect(findSchemaProblem({ properties: { pattern: { enum: [{ pattern: 1 }] } } })).toBeUndefined();
});

it('survives a schema that refers to itself for ever', () => {
  expect(findSchemaProblem({ $ref: '#' })).toMatch(/cannot be used/);
  const check = compileSchema({
    properties: { a: { $ref: '#/$defs/a' } },
    $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } },
  });
  expect(check({ b: 1 })).toBeUndefined();
  expect(check({ a: 1 })).toEqual([{ at: '', problem: expect.stringMatching(/cannot be evaluated/) }]);
});

it('refuses what is too large, or refers to somewhere else', () => {
  expect(findSchemaProblem({ description: 'x'.repeat(70_000) })).toMatch(/65536 bytes/);
  expect(findSchemaProblem({ $ref: 'https://example.com/schema' })).toMatch(/cannot be used/);
});
