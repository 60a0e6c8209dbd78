import { type Call, createApi } from './api/caller.ts';
import type { CallOptions, ClientOptions } from './client-options.ts';
import type { EventData, EventPattern } from './event-map.ts';
import { createFeed } from './feed/create-feed.ts';
import type { Feed, FeedOptions } from './feed/feed-options.ts';
import { createResources } from './resources/create-resources.ts';
import type { PublishedEvent, Resources } from './resources/resource-types.ts';

/** An event as `triggerEvent` takes it. */
export interface EventToTrigger<Type extends string = string> {
  eventType: Type;
  /** The tenant. Only operators may name one. */
  userId?: string;
  data: EventData<Type>;
}

/** A client of one gateway: its resources, the live feed, and every operation by its name. */
export interface Hookline extends Resources {
  /** Publishes an event: `events.publish` under another name, with `eventType` in place of `type`. */
  triggerEvent<Type extends EventPattern>(
    event: EventToTrigger<Type>,
    options?: CallOptions,
  ): Promise<PublishedEvent>;
  /** Follows the live feed. It connects at once, and again after every failure, until it is closed. */
  feed(options?: FeedOptions): Feed;
  /**
   * Calls an operation by its name in the API, and resolves to the whole body of its answer: `data`, `page` and
   * `warnings`.
   */
  call: Call;
}

/**
 * A client for the gateway at `url`.
 *
 * Methods reject with a `HooklineError`; a wrong argument of their own throws a `TypeError`.
 * @throws {TypeError} when `url` is not an address
 */
export function createClient(options: ClientOptions): Hookline {
  const api = createApi(options);
  const resources = createResources(api);
  return {
    ...resources,
    triggerEvent: ({ eventType, userId, data }, callOptions) =>
      resources.events.publish(
        { type: eventType, data, ...(userId === undefined ? {} : { userId }) },
        callOptions,
      ),
    feed: (feedOptions = {}) => createFeed(options, feedOptions),
    call: api.call as Call,
  };
}
