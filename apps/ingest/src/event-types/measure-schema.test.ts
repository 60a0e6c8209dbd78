import { cpuMs } from '@hookline/testkit';
import { expect, it } from 'vitest';
import {
  MAX_SCHEMA_BYTES,
  MAX_SCHEMA_DEPTH,
  MAX_SCHEMA_EXPANSIONS,
  measureSchema,
} from './measure-schema.ts';

const measure = (schema: Record<string, unknown>) => measureSchema(schema);
const perValue = (schema: Record<string, unknown>) => {
  const measured = measure(schema);
  return 'problem' in measured ? measured : measured.comparisonsPerValue;
};
const slow = Number.POSITIVE_INFINITY;

/** Each level checks a value twice against the next level. */
function doubling(levels: number): Record<string, unknown> {
  const $defs: Record<string, unknown> = { [`l${levels}`]: { type: 'object' } };
  for (let level = 0; level < levels; level++) {
    const next = { $ref: `#/$defs/l${level + 1}` };
    $defs[`l${level}`] = { allOf: [next, next] };
  }
  return { $ref: '#/$defs/l0', $defs };
}

it('counts a subschema once for each $ref to it, and refuses a schema whose size doubles at each level', () => {
  expect(perValue({ type: 'string' })).toBe(2);
  expect(perValue(doubling(3))).toBe(38);
  expect(JSON.stringify(doubling(20)).length).toBeLessThan(1_700);
  for (const levels of [12, 20, 60]) {
    expect(measure(doubling(levels))).toEqual({
      at: '',
      problem: expect.stringMatching(/^With every \$ref expanded, .* 1000 are allowed/),
    });
  }
});

it('measures a schema within 200 ms of CPU time, even if the schema would check a value 2⁶⁰ times', () => {
  const startedAtMs = cpuMs();
  measure(doubling(60));
  expect(cpuMs() - startedAtMs).toBeLessThan(200);
});

it('names the place of a $ref that refers to itself, and accepts a recursion through a member', () => {
  expect(measure({ properties: { a: { $ref: '#/properties/a' } } })).toEqual({
    at: '/properties/a',
    problem: expect.stringMatching(/refers to itself/),
  });
  expect(measure({ $ref: '#' })).toEqual({ at: '', problem: expect.stringMatching(/refers to itself/) });
  const tree = { type: 'object', properties: { children: { items: { $ref: '#' } } } };
  expect(perValue(tree)).toBe(slow);
});

it('knows which keywords take more than linear time', () => {
  for (const schema of [
    { uniqueItems: true },
    { format: 'url' },
    { properties: { a: { items: { format: 'uri' } } } },
    { unevaluatedProperties: { type: 'string' } },
    { $ref: 'https://example.com/other' },
    { $dynamicRef: '#a' },
  ]) {
    expect(perValue(schema)).toBe(slow);
  }
  for (const schema of [
    { uniqueItems: false },
    { format: 'date-time' },
    { properties: { format: { enum: [{ format: 'url', uniqueItems: true }] } } },
  ]) {
    expect(perValue(schema)).toBeLessThan(20);
  }
});

it('refuses regular expressions at every place of a schema, and names the place', () => {
  for (const [schema, at] of [
    [{ pattern: '^(a+)+$' }, '/pattern'],
    [
      { properties: { 'a/b': { items: { patternProperties: { x: {} } } } } },
      '/properties/a~1b/items/patternProperties',
    ],
    [{ anyOf: [{}, { not: { pattern: 'a' } }] }, '/anyOf/1/not/pattern'],
    [{ $defs: { pattern: { pattern: 'a' } } }, '/$defs/pattern/pattern'],
  ] as const) {
    expect(measure(schema)).toEqual({ at, problem: expect.stringMatching(/not supported/) });
  }
  expect(measure({ properties: { pattern: { enum: [{ pattern: 1 }] } } })).not.toHaveProperty('problem');
});

it('refuses a schema that is too large or has too many levels of nesting', () => {
  expect(measure({ description: 'x'.repeat(MAX_SCHEMA_BYTES) })).toHaveProperty(
    'problem',
    expect.stringContaining(`${MAX_SCHEMA_BYTES} are allowed`),
  );
  const nested = (levels: number) => JSON.parse(`${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}`);
  expect(measure(nested(MAX_SCHEMA_DEPTH - 1))).not.toHaveProperty('problem');
  for (const levels of [MAX_SCHEMA_DEPTH + 1, 100_000]) {
    expect(measure(nested(levels))).toHaveProperty('problem', expect.stringContaining('levels of nesting'));
  }
  expect(measure({ allOf: Array(MAX_SCHEMA_EXPANSIONS).fill({}) })).toHaveProperty('problem');
});

it.each([
  [{ type: 'nope' }, '/type'],
  [{ type: [] }, '/type'],
  [{ properties: { a: { type: ['string', 'strng'] } } }, '/properties/a/type'],
  [{ $defs: { a: { items: { type: 7 } } } }, '/$defs/a/items/type'],
  [{ unevaluatedProperties: { type: 'text' } }, '/unevaluatedProperties/type'],
  [{ anyOf: [{}, { required: 'id' }] }, '/anyOf/1/required'],
  [{ properties: [] }, '/properties'],
  [{ properties: { a: 1 } }, '/properties'],
  [{ enum: 'x' }, '/enum'],
  [{ items: 5 }, '/items'],
  [{ maxLength: '5' }, '/maxLength'],
  [{ minItems: 1.5 }, '/minItems'],
  [{ maxLength: -1 }, '/maxLength'],
  [{ multipleOf: 0 }, '/multipleOf'],
  [{ exclusiveMaximum: true }, '/exclusiveMaximum'],
  [{ anyOf: [] }, '/anyOf'],
  [{ additionalProperties: 'no' }, '/additionalProperties'],
  [{ uniqueItems: 'yes' }, '/uniqueItems'],
  [{ dependentRequired: { a: 'b' } }, '/dependentRequired'],
  [{ $ref: 5 }, '/$ref'],
])('refuses %j, whose keyword cannot have that value', (schema, at) => {
  const keyword = at.slice(at.lastIndexOf('/') + 1);
  const problem = expect.stringContaining(`The keyword "${keyword}" must be `);
  expect(measure(schema)).toEqual({ at, problem });
});

it('accepts unknown keywords with any value, and properties that have the name of a keyword', () => {
  for (const schema of [
    { 'x-doc': { type: 'nope', required: 'id' }, Type: 'x' },
    { properties: { type: { const: 'nope' }, required: true } },
    { dependentRequired: { type: ['required'] } },
    { default: { type: 'nope' }, examples: [{ enum: 1 }], const: { type: 'nope' } },
    { items: [{ type: 'string' }, false] },
    { type: ['string', 'null'], minimum: 1e30, enum: [] },
    JSON.parse('{"properties": {"__proto__": {"type": "string"}}}'),
  ]) {
    expect(measure(schema)).not.toHaveProperty('problem');
  }
});
