import type { PollingPages } from './polling-specification.ts';
import type { RequestTemplate } from './request-template.ts';

/**
 * How the pushes to an OAuth application, which has one address for all accounts, find their connections. A connection
 * and a push both have account keys, texts of the provider such as the id of a workspace; the push is for the
 * connections that share one of its keys.
 */
export interface PushSpecification {
  /** Only for OAuth applications of this kind. Default: for all. */
  readonly applicationKind?: { readonly is: string; readonly byDefault: boolean };
  /** The keys of a connection, from what is known of its account. */
  readonly keysOf: (account: PushedAccount) => readonly string[];
  /** A request for further keys of a connection. */
  readonly listedKeys?: {
    readonly request: RequestTemplate;
    readonly items: string;
    readonly pages: PollingPages;
    readonly keyOf: (item: unknown) => string | undefined;
    /** In an item: a time that is there while the provider has suspended it. */
    readonly suspendedAt?: string;
    /** Whether the application sees nothing of an account for which none is listed. */
    readonly isNeeded?: boolean;
  };
  /**
   * The identity of the events that a push becomes. `natural`: the key that it shares with its polled copy, so that the
   * two are one event even if they come at the same time. `delivery`: the provider's id of the push, because two pushes
   * may have the same natural key.
   */
  readonly identity: 'natural' | 'delivery';
  /** What a push is and for whom. */
  readonly read: (push: PushedMessage) => ReadPush;
  /** The variables of the environment by which the application's source is set up, by what they are for. */
  readonly environment: {
    readonly secret?: string;
    readonly options?: Readonly<Record<string, string>>;
  };
  /** How a person sets it up at the provider, one line each; `{callbackUrl}` is the address to enter. */
  readonly setup: readonly string[];
}

export interface PushedAccount {
  readonly accountId: string;
  readonly accountName: string | undefined;
  /** Values of the connection's settings, such as `teamId`. */
  readonly values: Readonly<Record<string, string>>;
  /** Which tokens it has: `access`, `bot`, `user`. */
  readonly tokenKinds: readonly string[];
}

/** A verified push. */
export interface PushedMessage {
  /** The event type, such as `github.installation.deleted`. */
  readonly type: string;
  /** The parsed payload. */
  readonly payload: unknown;
}

export interface ReadPush {
  /** It is for the connections with one of these keys. Empty: it is for none. */
  readonly keys: readonly string[];
  /** The push only says that something changed: these polls find out what. */
  readonly polls?: readonly string[];
  readonly grant?: GrantChange;
  /** The connections with the key `of` have got this key, or lost it. */
  readonly routes?: { readonly change: 'added' | 'removed'; readonly key: string; readonly of: string };
}

/** What the provider says of the grant of the connections with one of these keys. */
export interface GrantChange {
  /** `suspended`: it is of no use until it is `restored`. */
  readonly change: 'revoked' | 'suspended' | 'restored';
  readonly keys: readonly string[];
  /** A stable code for the reason. */
  readonly reason: string;
  /** A connection that has another key with this beginning, which is not suspended, can still use its grant. */
  readonly unlessOtherKey?: string;
}
