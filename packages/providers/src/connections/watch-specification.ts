import type { PollingPages } from './polling-specification.ts';
import type { RequestTemplate } from './request-template.ts';

/** A way in which a provider is asked, through its API, to push the events of an account. */
export interface WatchSpecification {
  /** Unique within the provider. */
  readonly id: string;
  /** Only for OAuth applications of this kind. Default: for all. */
  readonly applicationKind?: { readonly is: string; readonly byDefault: boolean };
  /** At least one of these scopes is needed; an empty list needs no scope. */
  readonly scopes: readonly string[];
  /** The ids of the polls that find what the watch misses. If the watch fails, they run more often. */
  readonly polls: readonly string[];
  /**
   * `source`: a source is made for each watch, `{callbackUrl}` is its address and `{secret}` its secret. `application`:
   * the pushes arrive at the source of the OAuth application, see `PushSpecification`.
   */
  readonly receiver: 'source' | 'application';
  /** Options of the source that is made. */
  readonly sourceOptions?: Readonly<Record<string, string>>;
  /** Present if there is one watch for each resource; its id is `{resource}`. Absent: one for the account. */
  readonly resources?: WatchedResources;
  /**
   * All connections of the account by one application share one watch: only the last connection stops it. Otherwise
   * each connection has its own.
   */
  readonly sharedByAccount?: true;
  /** The provider's names of the events to subscribe to, `{events}`. A connection may choose others of `possible`. */
  readonly events?: { readonly byDefault: readonly string[]; readonly possible: readonly string[] };
  /** Settings without which the watch cannot be made, with what a person has to do. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Creates the watch. Without `change`, the same request renews it. */
  readonly create: RequestTemplate;
  /** In the answer: the provider's id of the watch, `{subscriptionId}`. */
  readonly subscriptionId?: string;
  /** Finds an existing watch, so that a second `create` neither fails nor makes a second one. */
  readonly existing?: {
    readonly request: RequestTemplate;
    readonly items: string;
    readonly pages?: PollingPages;
    /** In an item: the address of the watch, and its id. */
    readonly callbackUrl: string;
    readonly subscriptionId: string;
  };
  /** Gives an existing watch the secret and the events again, and switches it on. */
  readonly change?: RequestTemplate;
  /** Reads the state of the watch. */
  readonly check?: WatchCheck;
  /**
   * Where the provider states the end of the watch: in the answer, or in its handshake, which then also confirms the
   * watch.
   */
  readonly expiry?:
    | { readonly answer: string; readonly unit: 'milliseconds-since-1970' }
    | { readonly handshakeParameter: string; readonly unit: 'seconds-from-now' };
  /** The usual life of the watch; absent: until it is stopped. */
  readonly lifetimeSeconds?: number;
  /** How often it is renewed; present if it has an end. */
  readonly renewEverySeconds?: number;
  /** What shows that pushes arrive: it comes within a minute of `create`. `none`: nothing does. */
  readonly confirmedBy: 'ping' | 'handshake' | 'first-push' | 'none';
  /** What to look for if it is not confirmed in time. */
  readonly unconfirmed: string;
  /** An answer to `create` that means: stop the other watch first, once, then try again. */
  readonly stopFirst?: { readonly status: number; readonly contains: string };
  /** What refusals mean; the first that fits counts. */
  readonly problems: readonly WatchProblem[];
  readonly stop: RequestTemplate;
  /** The provider's own record of what it sent. */
  readonly deliveries?: DeliveryLogSpecification;
  /** The least time between two requests that change something, for one account. */
  readonly writeGapSeconds?: number;
}

export interface WatchProblem {
  readonly status?: number;
  /** A part of the answer's body. */
  readonly contains?: string;
  /** A stable code for the reason. */
  readonly code: string;
  /** What is in the way and what a person can do, in words. */
  readonly message: string;
  /** The resource itself is gone: the watch is given up. */
  readonly isGone?: true;
}

/** The resources of an account that can be watched, such as repositories. */
export interface WatchedResources {
  /** Finds one by its name; the parts of the name between slashes are these placeholders. */
  readonly byName: { readonly request: RequestTemplate; readonly parts: readonly string[] };
  /** Reads one by its id, `{resource}`. */
  readonly byId: RequestTemplate;
  /** Lists all of one owner, for a name that ends in `/*`; `{owner}` is the owner. */
  readonly ofOwner: {
    readonly request: RequestTemplate;
    readonly items: string;
    readonly pages: PollingPages;
  };
  /** Lists those that the account can reach, the last active first. */
  readonly active: { readonly request: RequestTemplate; readonly items: string };
  /** In a resource: its id, its name for people, and the time of its last activity. */
  readonly id: string;
  readonly name: string;
  readonly activeAt: string;
  /** In a resource: true if the account may watch it. */
  readonly allowed: string;
}

/** All pointers are into the answer. */
export interface WatchCheck {
  readonly request: RequestTemplate;
  readonly active: string;
  readonly events: string;
  readonly callbackUrl: string;
  /** The status of the last push that the provider sent, and its words about it. */
  readonly lastStatus: string;
  readonly lastMessage: string;
}

/** A log of deliveries, newest first. */
export interface DeliveryLogSpecification {
  readonly list: RequestTemplate;
  readonly items: string;
  readonly pages: PollingPages;
  /** In an item: its id in the log, the id that the receiver saw, the receiver's status and its words, and the time. */
  readonly id: string;
  readonly deliveryId: string;
  readonly status: string;
  readonly statusText: string;
  readonly deliveredAt: string;
  /** In an item: true if it is a repeat that someone asked for. */
  readonly isRepeat: string;
  /** Reads one delivery, `{logId}`, as it was sent: its headers and its JSON body. */
  readonly read: RequestTemplate;
  readonly headers: string;
  readonly payload: string;
  /** Sends one delivery, `{logId}`, again, for those that are too large to be read. */
  readonly redeliver: RequestTemplate;
  /** How long the provider keeps a delivery. */
  readonly keptSeconds: number;
}
