import type { RequestTemplate } from './request-template.ts';

/** A repeated GET, and the parts of its answer that become events. Pointers are JSON pointers (RFC 6901). */
export interface PollingSpecification {
  /** Unique within the provider. */
  readonly id: string;
  readonly everySeconds: number;
  /** A header of the answer with the minimum number of seconds until the next request. */
  readonly intervalHeader?: string;
  readonly request: RequestTemplate;
  /** At least one of these scopes is needed; an empty list needs no scope. */
  readonly scopes: readonly string[];
  /** The list in the answer; '' if the answer is the list. A missing list counts as empty. */
  readonly items: string;
  /** In an item: its identity, all of these values together. A known item is not an event again. */
  readonly itemId: readonly string[];
  /** In an item: the time of the event. */
  readonly itemTime?: { readonly at: string; readonly unit: 'iso' | 'seconds' };
  /** Absent: the answer contains the newest items, and `itemId` identifies the new items. */
  readonly cursor?: PollingCursor;
  /**
   * How to fetch further pages; absent: there is only one page. Answers list the newest items first. Without a cursor,
   * reading ends at the first known item, and the first poll reads only one page.
   */
  readonly pages?: { readonly by: 'link-header' } | { readonly tokenAt: string; readonly parameter: string };
  /** How to make the provider answer 304 if nothing is new. */
  readonly conditional?: 'etag' | 'last-modified';
  readonly events: PolledEvents;
  /** In addition, a 429 (or GitHub's 403) with `Retry-After` always counts. */
  readonly rateLimit?: RateLimit;
}

/**
 * The position at which the next poll starts; `{cursor}` in the request. It advances after all pages have been read. An
 * answer without a cursor does not change it.
 */
export interface PollingCursor {
  /**
   * `answer`: the value at a pointer into the answer. `newest-item`: the greatest value at a pointer into the items.
   * `poll-time`: the start of the previous poll, in ISO 8601.
   */
  readonly from: { readonly answer: string } | { readonly newestItem: string } | 'poll-time';
  /** The query parameter of the cursor. */
  readonly parameter: string;
  /** How far before the cursor to start, for items that appear late. Only for times. */
  readonly overlapSeconds?: number;
  /**
   * Present if a poll requires a cursor: the request for the first cursor, and for a new cursor after `expiredStatus`.
   */
  readonly initial?: { readonly request: RequestTemplate; readonly at: string };
  /** The provider's answer to a cursor that is too old. Polling misses the items in between. */
  readonly expiredStatus?: number;
}

/**
 * The event of an item. Its payload is the item in the form of the API, which differs from the form of the provider's
 * webhooks of the same type.
 */
export type PolledEvents =
  | { readonly type: string }
  | {
      /** In an item: the provider's name of the event. */
      readonly typeAt: string;
      readonly types: Readonly<Record<string, string>>;
      /** In an item: an additional part of the type, if present. */
      readonly actionAt?: string;
      /** The type for names that are not in `types`. */
      readonly otherwise: string;
    }
  /** The answer is a state, not a list of events: compare it with the previous answer, by `itemId`. */
  | { readonly added: string; readonly removed: string };

export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
  /** The scope within which requests are counted together. */
  readonly countedBy: 'connection' | 'application';
}
