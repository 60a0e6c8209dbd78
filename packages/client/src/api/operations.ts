import type { ApiOperations } from '../contracts.ts';

/** The name of an operation of the HTTP API, such as `createEndpoint`. */
export type OperationName = keyof ApiOperations;

/** The answer of an operation. */
export type OperationAnswer<Name extends OperationName> = ApiOperations[Name]['answer'];

/** The query parameters of an operation. One that is undefined is not sent. */
export type OperationQuery<Name extends OperationName> = unknown extends ApiOperations[Name]['query']
  ? unknown
  : {
      [Parameter in keyof ApiOperations[Name]['query']]: ApiOperations[Name]['query'][Parameter] | undefined;
    };

/** The body that an operation takes. */
export type OperationBody<Name extends OperationName> = ApiOperations[Name]['body'];

/** What an answer calls a mistake in an accepted request. */
export type Warning = NonNullable<OperationAnswer<'createEndpoint'>['warnings']>[number];

/** `Key` of a request: absent when the operation has no such part, optional when the part may be left out. */
type Part<Key extends string, Value> = unknown extends Value
  ? { [Name in Key]?: undefined }
  : IsOptional<Value> extends true
    ? { [Name in Key]?: Value | undefined }
    : { [Name in Key]: Value };

/** Whether a part may be left out: it may be null, or none of its members is required. */
export type IsOptional<Value> = null extends Value ? true : Record<never, never> extends Value ? true : false;

/** What `call` sends, by the name of the operation. */
export type OperationRequest<Name extends OperationName> = Part<'params', ApiOperations[Name]['params']> &
  Part<'query', OperationQuery<Name>> &
  Part<'body', OperationBody<Name>>;
