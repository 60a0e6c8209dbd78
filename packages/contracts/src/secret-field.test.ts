import Type from 'typebox';
import { expect, test } from 'vitest';
import { API_OPERATIONS, operations } from './api/index.ts';
import { isSecretName, SECRET, secretFieldsOf } from './secret-field.ts';

/** Fields of answers whose names sound like secrets, and which hold none. */
const HARMLESS: ReadonlySet<string> = new Set([
  // of a connection: kinds of tokens and when they expire
  'tokens',
  // whether a source needs one
  'listProviders: secret',
]);

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
}

function namesOf({ properties = {}, items, anyOf = [], allOf = [] }: Schema): string[] {
  const inner = [...Object.values(properties), ...anyOf, ...allOf, ...(items ? [items] : [])];
  return [...Object.keys(properties), ...inner.flatMap(namesOf)];
}

test('every field of an answer whose name sounds like a secret is marked as one, or known to be none', () => {
  const unmarked = API_OPERATIONS.flatMap(({ id, success }) => {
    const marked = secretFieldsOf(success.schema);
    return namesOf((success.schema ?? {}) as Schema)
      .filter((name) => isSecretName(name) && !marked.has(name) && !HARMLESS.has(name))
      .map((name) => `${id}: ${name}`)
      .filter((field) => !HARMLESS.has(field));
  });
  expect(unmarked).toEqual([]);
});

test('the answers that show a secret once mark it', () => {
  const marked = ({ success }: { success: { schema: Parameters<typeof secretFieldsOf>[0] } }) => [
    ...secretFieldsOf(success.schema),
  ];
  expect(marked(operations.createApiKey)).toEqual(['key']);
  expect(marked(operations.createEndpoint)).toContain('secret');
  expect(marked(operations.regenerateSecret)).toContain('secret');
  expect(marked(operations.createConnectionLink)).toEqual(['url']);
  expect(marked(operations.getConnectionToken)).toEqual(['token']);
});

test('marks are found at any depth and in every variant', () => {
  const schema = Type.Union([
    Type.Object({ a: Type.Array(Type.Object({ one: Type.String(SECRET) })) }),
    Type.Intersect([Type.Object({ two: Type.Optional(Type.String(SECRET)) }), Type.Object({})]),
    Type.Record(Type.String(), Type.Object({ three: Type.String(SECRET) })),
  ]);
  expect([...secretFieldsOf(schema)].sort()).toEqual(['one', 'three', 'two']);
  expect([...secretFieldsOf(undefined)]).toEqual([]);
});

test.each([
  ['secret', true],
  ['clientSecret', true],
  ['accessToken', true],
  ['private_key', true],
  ['privateKey', true],
  ['Authorization', true],
  ['secretsSetAt', false],
  ['tokenUrl', false],
  ['db_pass', true],
  ['userPin', true],
  ['compass', false],
  ['auth', false],
  ['key', false],
  ['name', false],
])('by its name %s may hold a secret: %s', (name, isSecret) => {
  expect(isSecretName(name)).toBe(isSecret);
});
