import type { Static, TSchema } from 'typebox';
import type { Requested } from './requested.ts';
import type { Scope } from './scope.ts';

export type ServiceName = 'ingest' | 'delivery' | 'scheduler' | 'gateway';

/**
 * One call of the HTTP API. It is defined once and mounted twice: by its owner, which handles it, and by the gateway,
 * which authenticates, validates and forwards it. The OpenAPI document is built from the same objects.
 */
export interface Operation {
  /** The name under which the operation is exported. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  owner: ServiceName;
  /** The lowest role that may call it. A tenant who calls an `operator` operation gets 403. */
  role: 'tenant' | 'operator';
  /**
   * The scope that its caller needs; the gateway checks it. `null`: every caller that is authenticated may call it, or it
   * is internal, and only services call it. A portal session has no scopes: see portal-access.ts.
   */
  scope: Scope | null;
  /** It needs no scope, and yet changes something: a thing that is the caller's own, such as a saved view. */
  changesOwn?: true;
  /** A value of one field for which its caller needs another scope as well. */
  furtherScope?: FurtherScope;
  tag: string;
  summary: string;
  description?: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /**
   * The status of a success and the schema of its body. Without a schema the body is bytes, of `mediaType` or of any.
   */
  success: { status: 200 | 201 | 202; schema?: TSchema; mediaType?: string };
  /** Query parameters that another operation takes. A query with one of them is refused with that operation's path. */
  elsewhere?: { params: readonly string[]; path: string; what: string };
  /** How long the gateway waits for the owner's response headers, in ms. Default: 10 s. */
  answersWithinMs?: number;
  /** The answer is a stream of any length, which is not bounded in time. It may be compressed. */
  isStream?: true;
}

/** A scope that a call needs only if a field has a certain value. */
export interface FurtherScope {
  in: 'query' | 'body';
  field: string;
  value: string | boolean;
  scope: Scope;
}

/**
 * Whether an operation changes things of the API. Some reads are sent with POST because of their bodies, and need at most a
 * scope to read. Sessions need none, and are no things of the API.
 */
export const isWrite = ({
  method,
  scope,
  changesOwn,
}: Pick<Operation, 'method' | 'scope' | 'changesOwn'>): boolean =>
  method !== 'GET' && (scope === null ? changesOwn === true : !scope.endsWith(':read'));

/** Names operations: the id of each is its key. */
export function defineOperations<const Definitions extends Record<string, Omit<Operation, 'id'>>>(
  definitions: Definitions,
) {
  const named = Object.entries(definitions).map(([id, definition]) => [id, { ...definition, id }]);
  return Object.fromEntries(named) as { [Id in keyof Definitions & string]: Named<Definitions[Id], Id> };
}

/** A definition with its id. Texts are not part of its type, so that messages of the compiler stay short. */
type Named<Definition, Id> = {
  [Key in keyof Definition]: Key extends 'summary' | 'description' ? string : Definition[Key];
} & { id: Id };

type Part = 'params' | 'query' | 'body';

/**
 * The type of one part of a request as the handler gets it, with the defaults filled in. `unknown` when the operation
 * has no schema for that part.
 */
export type InputOf<O, Name extends Part> = O extends { [Key in Name]: infer Schema extends TSchema }
  ? Static<Schema>
  : unknown;

/**
 * The type of one part of a request as a caller sends it: a member with a default may be absent. `unknown` when the
 * operation has no schema for that part.
 */
export type RequestOf<O, Name extends Part> = O extends { [Key in Name]: infer Schema extends TSchema }
  ? Requested<Schema>
  : unknown;

/**
 * The type of an operation's success body. `Uint8Array` when the operation answers with bytes, `unknown` when the
 * operation is not known at compile time.
 */
export type AnswerOf<O extends Pick<Operation, 'success'>> = O extends {
  success: { schema: infer Schema extends TSchema };
}
  ? Static<Schema>
  : 'schema' extends keyof O['success']
    ? unknown
    : Uint8Array;
