import type { CredentialKind } from './oauth-specification.ts';
import type { RequestTemplate } from './request-template.ts';

/** A repeated GET, and the parts of its answer that become events. Pointers are JSON pointers (RFC 6901). */
export interface PollingSpecification {
  /** Unique within the provider. */
  readonly id: string;
  /** Only for OAuth applications of this kind. Default: for all. */
  readonly applicationKind?: { readonly is: string; readonly byDefault: boolean };
  readonly everySeconds: number;
  /** A header of the answer with the minimum number of seconds until the next request. */
  readonly intervalHeader?: string;
  readonly request: RequestTemplate;
  /** The token of the request. Default `access`. */
  readonly credential?: CredentialKind;
  /** At least one of these scopes is needed; an empty list needs no scope. */
  readonly scopes: readonly string[];
  /** Present if there is one poll for each resource of the account; its id is `{resource}` in the request. */
  readonly resources?: PolledResources;
  /** Values of placeholders that depend on the settings of the OAuth application. */
  readonly values?: (
    applicationSettings: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, string>>;
  /** The list in the answer; '' if the answer is the list. */
  readonly items: string;
  /** The answer has no list if it would be empty. Otherwise an answer without the list cannot be read. */
  readonly omitsEmptyItems?: boolean;
  /** In an item: its identity, all of these values together. A known item is not an event again. */
  readonly itemId: readonly string[];
  /** In an item: the time of the event. */
  readonly itemTime?: { readonly at: string; readonly unit: 'iso' | 's' };
  /** Absent: the answer contains the newest items, and `itemId` identifies the new items. */
  readonly cursor?: PollingCursor;
  /**
   * How to fetch further pages; absent: there is only one page. Answers list the newest items first. Without a cursor,
   * reading ends at the first page whose last item is known, and the first poll reads only one page.
   */
  readonly pages?: PollingPages;
  /** How to make the provider answer 304 if nothing is new. */
  readonly conditional?: 'etag' | 'last-modified';
  readonly events: PolledEvents;
  /** What the event of an item is about. Default: the account. */
  readonly place?: (item: unknown, about: PolledAccount) => ItemPlace;
  /**
   * The key that the same event has when the provider pushes it, see `ConnectionSpecifications.pushedKey`. Default: the
   * id of the poll, the resource and `itemId`.
   */
  readonly naturalKey?: (item: unknown, about: PolledAccount) => NaturalKey | undefined;
  /**
   * The provider lists so many of the newest items and no others. If a full list has no known item, items in between
   * are lost, and the connection reports a gap.
   */
  readonly listsOnlyNewest?: number;
  /** After this time without a poll the provider may have forgotten items. */
  readonly losesAfterSeconds?: number;
  /**
   * The provider pushes only notices that something changed: whether it sends one for this event. What a run finds that no
   * notice asked for was missed.
   */
  readonly isNoticed?: (event: { readonly type: string; readonly payload: unknown }) => boolean;
  /**
   * The provider drops a notice that follows another one too closely: a run that a notice asked for is followed by one
   * more after this time.
   */
  readonly againAfterSeconds?: number;
}

export type PollingPages =
  | { readonly by: 'link-header' }
  /** In the answer: the text that the next request has as this parameter. Missing or empty: it was the last page. */
  | { readonly tokenAt: string; readonly parameter: string };

/** A request that lists the resources of an account, such as repositories. */
export interface PolledResources {
  readonly request: RequestTemplate;
  readonly items: string;
  /** In an item: the id, and the name for people. */
  readonly id: string;
  readonly name: string;
  readonly pages?: PollingPages;
  /** In an item: the owner of the resource, for a choice of all that it has, `owner/*`. */
  readonly owner?: string;
  /**
   * Which resources are polled if the person has chosen none. `activeAt`: each one that is active after the account was
   * connected, by this pointer to the time of its last activity; the list has the last active first.
   */
  readonly byDefault: 'all' | 'none' | { readonly activeAt: string };
  /** At least one of these scopes is needed to list them. */
  readonly scopes: readonly string[];
  /** Values of placeholders that depend on the granted scopes; undefined: all. */
  readonly values?: (granted: readonly string[] | undefined) => Readonly<Record<string, string>>;
}

/**
 * The position at which the next poll starts; `{cursor}` in the request. It advances after all pages have been read. An
 * answer without a cursor does not change it.
 */
export interface PollingCursor {
  /** `answer`: the value at a pointer into the answer. `newestItem`: the greatest time at a pointer into the items. */
  readonly from: { readonly answer: string } | { readonly newestItem: string; readonly unit: 'iso' | 's' };
  /** The query parameter of the cursor. */
  readonly parameter: string;
  /** How far before the cursor to start, for items that appear late. Only for `newestItem`. */
  readonly overlapSeconds?: number;
  /** Present if a poll requires a cursor: the request for the first cursor, and for a new one after `expired`. */
  readonly initial?: { readonly request: RequestTemplate; readonly at: string };
  /** The provider's answer to a cursor that is too old. */
  readonly expired?: { readonly status: number; readonly resync?: PollingResync };
}

/**
 * How to find what a cursor that is too old has missed. `{since}` in the request is the time of the last complete poll,
 * in seconds since 1970. Without it the connection reports a gap.
 */
export interface PollingResync {
  readonly request: RequestTemplate;
  readonly items: string;
  /** The answer has no list if it would be empty. Otherwise an answer without the list cannot be read. */
  readonly omitsEmptyItems?: boolean;
  readonly pages?: PollingPages;
  readonly explode: (item: unknown, about: PolledAccount) => readonly PolledPart[];
}

/** The account that is polled. */
export interface PolledAccount {
  readonly accountId: string;
  readonly accountName: string | undefined;
  /** The id of the polled resource; undefined for a poll of the whole account. */
  readonly resource: string | undefined;
  /** The connection's own values of placeholders. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ItemPlace {
  /** The path of the event's source below the provider. */
  readonly source: readonly (string | undefined)[];
  readonly subject?: string | undefined;
  /** `owner/name`. */
  readonly repository?: string | undefined;
}

/** The key of an event that its pushed and its polled copy share. */
export interface NaturalKey {
  readonly key: string;
  /**
   * Present if the provider gives the event no key: two events with this key are the same only if they happened within
   * this time of each other.
   */
  readonly withinSeconds?: number;
}

/** One of several events of one item. */
export interface PolledPart {
  readonly type: string;
  /** Unique within the poll. */
  readonly id: string;
  /** The identity by which the part is known, if another request gives the same event another id. Default: `id`. */
  readonly seenAs?: string;
  readonly subject?: string;
  readonly timeMs?: number;
  /** Becomes the payload as JSON. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The name of an event in webhooks, for its name in the polled list. */
export interface PolledType {
  readonly type: string;
  /** Replaces the action of the item; null: the type has no action. */
  readonly action?: string | null;
  /** Replaces some actions. */
  readonly actions?: Readonly<Record<string, string>>;
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
      readonly types: Readonly<Record<string, string | PolledType>>;
      /** In an item: an additional part of the type, if present. */
      readonly actionAt?: string;
      /** The type for names that are not in `types`. */
      readonly otherwise: string;
    }
  /**
   * The answer is a state, not a list of events: compare it with the previous answer, by `itemId`. `remember`: pointers
   * to the values that the event of a removed item has.
   */
  | { readonly added: string; readonly removed: string; readonly remember: readonly string[] }
  /** An item is several events. */
  | {
      readonly explode: (item: unknown, about: PolledAccount) => readonly PolledPart[];
      /** All types that `explode` gives. */
      readonly types: readonly string[];
    };

/** The types that the events of a poll may have, without their actions. */
export function polledTypesOf({ events }: PollingSpecification): string[] {
  if ('type' in events) return [events.type];
  if ('added' in events) return [events.added, events.removed];
  if ('explode' in events) return [...events.types];
  const named = Object.values(events.types).map((each) => (typeof each === 'string' ? each : each.type));
  return [...named, events.otherwise];
}
