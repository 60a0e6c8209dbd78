import fc from 'fast-check';
import matchesOracle from 'simple-json-match';
import { expect, test } from 'vitest';
import { compileFilter } from './compile-filter.ts';

/*
 * Compares our filters with the library that Hookdeck and Outpost use, over filters that have the same meaning in both.
 * The differences that docs/filters-and-transformations.md lists are left out here; each has a test in
 * compile-filter.test.ts:
 * - values that are equal only after a conversion (0 and false, "1" and 1): no such pair is among the plain values;
 * - `$ne` of a missing field: `$ne` is always beside `$exist: true`;
 * - `$not` and `$and` directly under a field, `$ref` inside alternatives or beside an array: not generated;
 * - conditions and fields in one object: not generated;
 * - fields that every object inherits, such as `constructor`: not generated;
 * - a list compared with an object: only the field `l` has lists, and it never has an object.
 */
type Matches = (document: unknown, filter: unknown) => boolean;
/** Its types say that this is the module and not its default export. */
const oracle =
  (matchesOracle as unknown as { default?: Matches }).default ?? (matchesOracle as unknown as Matches);

const RUNS = 3_000;

const NAMES = ['a', 'b', 'c', 'd'] as const;
/** Fields that never hold an array or an object, for references. */
const SCALAR_NAMES = ['s', 't'] as const;

const text = fc.constantFrom('x', 'xy', 'yx', 'Ünï', 'z z', '42', 'true', 'a.b');
const number = fc.constantFrom(2, 3.5, -7, 10, 41.5, 1e21);
const primitive = fc.oneof(text, number, fc.boolean(), fc.constant(null));

/** Fields, sometimes with a field `l`. */
const withList = (fields: fc.Arbitrary<Record<string, unknown>>, list: fc.Arbitrary<unknown>) =>
  fc.tuple(fields, fc.option(list)).map(([some, l]) => (l === null ? some : { ...some, l }));

const { value } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    primitive,
    fc.array(primitive, { maxLength: 3 }),
    tie('object'),
    fc.array(tie('object'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: withList(
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    fc.oneof(primitive, fc.array(primitive, { maxLength: 3 })),
  ),
}));
const document = fc
  .tuple(
    withList(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3, noNullPrototype: true }),
      fc.array(value, { maxLength: 3 }),
    ),
    fc.dictionary(fc.constantFrom(...SCALAR_NAMES), primitive, { maxKeys: 2, noNullPrototype: true }),
  )
  .map(([fields, scalars]) => ({ ...fields, ...scalars }));

const comparison = fc.oneof(
  primitive.map(($eq) => ({ $eq })),
  fc.array(primitive, { maxLength: 2 }).map(($eq) => ({ $eq })),
  primitive.map(($neq) => ({ $exist: true, $neq })),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), fc.oneof(text, number))
    .map(([name, operand]) => ({ [name]: operand })),
  fc
    .tuple(fc.constantFrom('$gt', '$lte'), fc.constantFrom(...SCALAR_NAMES))
    .map(([name, $ref]) => ({ [name]: { $ref } })),
  fc
    .tuple(
      fc.constantFrom('$in', '$nin'),
      fc.oneof(fc.array(fc.oneof(text, number), { maxLength: 3 }), text, fc.constantFrom(2, 42)),
    )
    .map(([name, operand]) => ({ $exist: true, [name]: operand })),
  fc
    .tuple(fc.constantFrom('$startsWith', '$endsWith'), fc.oneof(text, fc.array(text, { maxLength: 2 })))
    .map(([name, operand]) => ({ [name]: operand })),
  fc.boolean().map(($exist) => ({ $exist })),
  fc.tuple(number, number).map(([$gt, $lte]) => ({ $gt, $lte })),
);

/** Under a field, where the value may be anything. */
const { fieldCondition } = fc.letrec<{ fieldCondition: unknown; fields: Record<string, unknown> }>((tie) => ({
  fieldCondition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    primitive,
    comparison,
    fc.constantFrom(...SCALAR_NAMES).map(($ref) => ({ $ref })),
    fc
      .array(
        fc.oneof(
          primitive.filter((each) => each !== null),
          comparison.filter((each) => !JSON.stringify(each).includes('$ref') && !('$exist' in each)),
          tie('fields'),
        ),
        { maxLength: 3 },
      )
      .map(($or) => ({ $or })),
    tie('fields'),
  ),
  fields: withList(
    fc.dictionary(fc.constantFrom(...NAMES), tie('fieldCondition') as fc.Arbitrary<unknown>, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(primitive, { maxLength: 2 }),
  ),
}));

const { filter } = fc.letrec<{ filter: Record<string, unknown> }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    withList(
      fc.dictionary(fc.constantFrom(...NAMES, ...SCALAR_NAMES), fieldCondition, {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      fc.array(fc.oneof(primitive, fieldCondition), { maxLength: 2 }),
    ),
    fc.array(tie('filter'), { maxLength: 3 }).map(($or) => ({ $or })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($and) => ({ $and })),
    tie('filter').map(($not) => ({ $not })),
    fc.tuple(tie('filter'), tie('filter')).map(([fields, $not]) => ({ ...fields, $not })),
  ),
}));

test('a filter matches the same documents as in simple-json-match', () => {
  let matched = 0;
  fc.assert(
    fc.property(filter, document, (source, given) => {
      const expected = oracle(given, source);
      const mismatch = compileFilter(source).findMismatch(given);
      expect(mismatch === undefined, mismatch?.message).toBe(expected);
      if (expected) matched++;
    }),
    { numRuns: RUNS },
  );
  // If no document ever matched, the comparison would prove little.
  expect(matched).toBeGreaterThan(RUNS / 40);
});

test('a filter of one condition on a value of the document matches as in simple-json-match', () => {
  let matched = 0;
  fc.assert(
    fc.property(fieldCondition, value, (condition, given) => {
      const [source, held] = [{ a: condition }, { a: given, s: 'xy', t: 3.5 }];
      const expected = oracle(held, source);
      expect(compileFilter(source).findMismatch(held) === undefined).toBe(expected);
      if (expected) matched++;
    }),
    { numRuns: RUNS },
  );
  expect(matched).toBeGreaterThan(RUNS / 40);
});
