import Type from 'typebox';
import { defineOperations } from '../operation.ts';
import { ANY_TEXT } from './common.ts';

export const GRAPHQL_PATH = '/graphql';

/** Bounds of a query. They are checked before anything is read. */
export const GRAPHQL_LIMITS = {
  queryCharacters: 20_000,
  /** Levels of fields within fields. */
  depth: 6,
  aliases: 15,
  /** Objects that the answer can have: for each list `first`, times those of the list that it is in. */
  cost: 2_000,
  /** The most items of one list. */
  first: 100,
  /** Long enough for the first query of a busy machine; what a query may read is bounded by its cost. */
  milliseconds: 5_000,
} as const;

export const graphqlOperations = defineOperations({
  queryGraphql: {
    owner: 'gateway',
    role: 'tenant',
    // Each field needs the scope of the operation that reads it.
    scope: null,
    tag: 'GraphQL',
    method: 'POST',
    path: GRAPHQL_PATH,
    summary: 'Read events, deliveries, endpoints, sources and connections by a GraphQL query',
    description:
      'Read-only. A caller reads what it may read by the other operations, and each field needs their scope. ' +
      `Each list needs \`first\`, at most ${GRAPHQL_LIMITS.first}. A query has at most ${GRAPHQL_LIMITS.depth} levels of fields and ${GRAPHQL_LIMITS.aliases} aliases. ` +
      `Its cost is the number of objects that the answer can have, at most ${GRAPHQL_LIMITS.cost.toLocaleString('en-US')}; the answer has it in \`extensions.cost\`. ` +
      'A query that is refused, and a part that cannot be read, are named in `errors`, each with `extensions.code`. Introspection gives the schema.',
    body: Type.Object(
      {
        query: Type.String({
          minLength: 1,
          maxLength: GRAPHQL_LIMITS.queryCharacters,
          examples: ['{ events(first: 10) { nodes { id type status } } }'],
          ...ANY_TEXT,
        }),
        variables: Type.Optional(
          Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], ANY_TEXT),
        ),
        operationName: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
        extensions: Type.Optional(Type.Unknown({ description: 'Ignored', ...ANY_TEXT })),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 200,
      schema: Type.Object({
        data: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
        errors: Type.Optional(
          Type.Array(
            Type.Object({
              message: Type.String(),
              locations: Type.Optional(
                Type.Array(Type.Object({ line: Type.Integer(), column: Type.Integer() })),
              ),
              path: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))),
              extensions: Type.Object({
                code: Type.String({ description: 'As of the other operations, or `invalid_query`' }),
              }),
            }),
          ),
        ),
        extensions: Type.Object({
          cost: Type.Integer({ description: 'Objects that the answer can have. 0: the query was refused' }),
        }),
      }),
    },
  },
});
