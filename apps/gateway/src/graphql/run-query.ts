import { type AnswerOf, ApiError, GRAPHQL_LIMITS, type operations } from '@hookline/contracts';
import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { measureQuery, refused } from './measure-query.ts';
import type { Reader } from './reader.ts';
import { attachResolvers } from './resolvers.ts';
import { TYPE_DEFINITIONS } from './type-definitions.ts';

/** Bounds the work of validation, which compares fields with one another. */
const MAX_TOKENS = 1_000;
const MAX_ERRORS = 10;

export interface Query {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

export type QueryAnswer = AnswerOf<typeof operations.queryGraphql>;

const schema = buildSchema(TYPE_DEFINITIONS);
attachResolvers(schema);

/**
 * Answers a query. It is refused before anything is read if it is not valid or beyond GRAPHQL_LIMITS.
 * @param signal ends the reading; the query is then answered with the error `unavailable`
 * @param onError is told of errors that are not for the caller
 */
export async function runQuery(
  { query, variables, operationName }: Query,
  reader: Reader,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<QueryAnswer> {
  let cost = 0;
  const format = (error: GraphQLError) => formatError(error, signal, onError);
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS });
    const problems = validate(schema, document, specifiedRules, { maxErrors: MAX_ERRORS });
    if (problems.length > 0) return { errors: problems.map(asInvalid).map(format), extensions: { cost } };
    const operation = getOperationAST(document, operationName);
    if (!operation) throw refused('The query has several operations: name one by operationName');
    if (operation.operation !== 'query') throw refused('Only queries are answered');
    cost = measureQuery(schema, document, operation, variables ?? {});
    const result: ExecutionResult = await execute({
      schema,
      document,
      contextValue: reader,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
      abortSignal: signal,
    });
    const { data, errors } = result;
    return {
      ...(data !== undefined && { data }),
      // Without data the variables were not right.
      ...(errors && {
        errors: (data === undefined ? errors.map(asInvalid) : errors).slice(0, MAX_ERRORS).map(format),
      }),
      extensions: { cost },
    };
  } catch (error) {
    const problem =
      error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });
    const isSyntax = error instanceof GraphQLError && error.extensions['code'] === undefined;
    return { errors: [format(isSyntax ? asInvalid(problem) : problem)], extensions: { cost } };
  }
}

const asInvalid = (error: GraphQLError) =>
  new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { code: 'invalid_query' },
  });

/** Errors of the catalogue and of the query are for the caller; everything else is for the log. */
function formatError(
  error: GraphQLError,
  signal: AbortSignal,
  onError: (error: Error) => void,
): NonNullable<QueryAnswer['errors']>[number] {
  const { locations, path } = error.toJSON();
  const place = {
    ...(locations && { locations: locations.map(({ line, column }) => ({ line, column })) }),
    ...(path && { path: [...path] }),
  };
  const known = error.originalError instanceof ApiError ? error.originalError.code : error.extensions['code'];
  if (typeof known === 'string') return { message: error.message, ...place, extensions: { code: known } };
  if (signal.aborted) {
    const message = `The query was not answered within ${GRAPHQL_LIMITS.milliseconds} ms: ask for less`;
    return { message, ...place, extensions: { code: 'unavailable' } };
  }
  onError(error.originalError ?? error);
  return { message: 'Something went wrong on our side', ...place, extensions: { code: 'internal' } };
}
