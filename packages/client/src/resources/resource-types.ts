import type {
  IsOptional,
  OperationAnswer,
  OperationBody,
  OperationName,
  OperationQuery,
} from '../api/operations.ts';
import type { CallOptions } from '../client-options.ts';
import type { ApiOperations } from '../contracts.ts';
import type { EventData, EventPattern } from '../event-map.ts';
import type { Page, Pages } from './pages.ts';
import type { RESOURCES } from './resources.ts';

type Id<Name extends OperationName> = unknown extends ApiOperations[Name]['params'] ? [] : [id: string];

/** What a method takes between the id and the options: the body, or the query where the operation has no body. */
type Main<Name extends OperationName> =
  unknown extends OperationBody<Name>
    ? unknown extends OperationQuery<Name>
      ? []
      : IsOptional<OperationQuery<Name>> extends true
        ? [query?: OperationQuery<Name>]
        : [query: OperationQuery<Name>]
    : IsOptional<OperationBody<Name>> extends true
      ? [body?: OperationBody<Name>]
      : [body: OperationBody<Name>];

/** The options of a call whose operation takes both a body and query parameters. */
export interface CallOptionsWithQuery<Parameters> extends CallOptions {
  query?: Parameters;
}

type Options<Name extends OperationName> =
  unknown extends OperationBody<Name>
    ? CallOptions
    : unknown extends OperationQuery<Name>
      ? CallOptions
      : CallOptionsWithQuery<OperationQuery<Name>>;

type Result<Name extends OperationName> =
  OperationAnswer<Name> extends Page<infer Item>
    ? Pages<Item, OperationAnswer<Name>>
    : OperationAnswer<Name> extends { data: infer Data }
      ? Promise<Data>
      : Promise<OperationAnswer<Name>>;

type Method<Name extends OperationName> = (
  ...args: [...Id<Name>, ...Main<Name>, options?: Options<Name>]
) => Result<Name>;

type Resource<Methods extends Record<string, OperationName>> = {
  readonly [Name in keyof Methods]: Method<Methods[Name]>;
};

/** An event of an application. The type of `data` is the one that `EventMap` has for the event type. */
export type EventToPublish<Type extends string = string> = Omit<
  OperationBody<'publishEvent'>,
  'type' | 'data'
> & {
  type: Type;
  data: EventData<Type>;
};

/** What became of a published event. `duplicate`: the event with this idempotency key was already stored. */
export type PublishedEvent = OperationAnswer<'publishEvent'>['data'];

export interface Publish {
  /** Resolves when the event is stored. */
  publish<Type extends EventPattern>(
    event: EventToPublish<Type>,
    options?: CallOptions,
  ): Promise<PublishedEvent>;
}

/**
 * The methods of the client. A method takes the id, then the body (or the query, for a call without a body), then the
 * options. It resolves to the `data` of the answer. A list is an async iterable of its items.
 */
export type Resources = {
  readonly [Name in keyof typeof RESOURCES]: Name extends 'events'
    ? Publish & Omit<Resource<(typeof RESOURCES)['events']>, 'publish'>
    : Resource<(typeof RESOURCES)[Name]>;
};
