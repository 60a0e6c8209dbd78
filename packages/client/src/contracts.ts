import type {
  AnswerOf,
  ApiErrorCode,
  FeedClientMessage,
  FeedFilter,
  FeedServerMessage,
  operations,
  RequestOf,
} from '@hookline/contracts';

// The only file that imports the contracts. A packed client has no dependencies: in the package, the declarations of this
// file are printed from the schemas (scripts/packages/print-contracts.ts).

type Operations = typeof operations;

/** The parts of each operation: what a call sends and what it is answered with. `unknown`: there is no such part. */
export type ApiOperations = {
  readonly [Name in keyof Operations]: {
    params: RequestOf<Operations[Name], 'params'>;
    query: RequestOf<Operations[Name], 'query'>;
    body: RequestOf<Operations[Name], 'body'>;
    answer: AnswerOf<Operations[Name]>;
  };
};

/** What the client must know of each operation at run time, as api/routes.ts writes it. */
export type RouteOf<Name extends keyof Operations> =
  `${Operations[Name]['method']} ${Operations[Name]['path']}${Operations[Name] extends { body: unknown } ? ' body' : ''}${Operations[Name] extends { query: unknown } ? ' query' : ''}${AnswerKind<Operations[Name]>}`;

type AnswerKind<O extends Operations[keyof Operations]> = O extends { isStream: true }
  ? ' lines'
  : AnswerOf<O> extends Uint8Array
    ? ' bytes'
    : AnswerOf<O> extends { page: { nextCursor: unknown } }
      ? ' pages'
      : '';

/** What answers have, by name. */
export type {
  Attempt,
  AuditEntry,
  BulkJob,
  BulkPreview,
  Connection,
  DeadLetter,
  Delivery,
  Endpoint,
  EventType,
  JourneyStep,
  OAuthApp,
  ReceivedEvent,
  Rejection,
  Replay,
  Schedule,
  Source,
} from '@hookline/contracts';
export type { ApiErrorCode, FeedClientMessage, FeedFilter, FeedServerMessage };
