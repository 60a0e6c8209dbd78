import type {
  IsOptional,
  OperationAnswer,
  OperationBody,
  OperationName,
  OperationQuery,
} from '../api/operations.ts';
import type { CallOptions } from '../client-options.ts';
import type { ApiOperations, AuditEntry, Delivery, ReceivedEvent } from '../contracts.ts';
import type { EventData, EventPattern } from '../event-map.ts';
import type { Export } from './exports.ts';
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

/** The operations that answer with lines of JSON, and what each line is. */
interface Exported {
  exportEvents: ReceivedEvent & { payload?: unknown };
  exportDeliveries: Delivery;
  exportAuditEntries: AuditEntry;
}

type Result<Name extends OperationName> = Name extends keyof Exported
  ? Export<Exported[Name]>
  : OperationAnswer<Name> extends Page<infer Item>
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

type Batch = OperationBody<'publishEvents'>;

/** Up to 100 events. Each `data` has the type that `EventMap` has for the `type` beside it. */
export type EventsToPublish<Types extends readonly string[] = readonly string[]> = Omit<Batch, 'events'> & {
  events: {
    [Index in keyof Types]: Omit<Batch['events'][number], 'type' | 'data'> & {
      type: Types[Index];
      data: EventData<Types[Index]>;
    };
  };
};

/** What became of a published event. `duplicate`: the event with this idempotency key was already stored. */
export type PublishedEvent = OperationAnswer<'publishEvent'>['data'];

export interface Publish {
  /** Resolves when the event is stored. */
  publish<Type extends EventPattern>(
    event: EventToPublish<Type>,
    options?: CallOptions,
  ): Promise<PublishedEvent>;
  /** Publishes up to 100 events in one call. Resolves when all of them are stored. */
  publishBatch<const Types extends readonly EventPattern[]>(
    batch: EventsToPublish<Types>,
    options?: CallOptions,
  ): Promise<OperationAnswer<'publishEvents'>['data']>;
}

/**
 * The methods of the client. A method takes the id, then the body (or the query, for a call without a body), then the
 * options. It resolves to the `data` of the answer. A list is an async iterable of its items.
 */
export type Resources = {
  readonly [Name in keyof typeof RESOURCES]: Name extends 'events'
    ? Publish & Omit<Resource<(typeof RESOURCES)['events']>, keyof Publish>
    : Resource<(typeof RESOURCES)[Name]>;
};
