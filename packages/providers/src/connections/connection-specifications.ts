/**
 * What Hookline knows of a provider's API, as data for whoever connects accounts, polls and keeps subscriptions alive.
 * Nothing here is called by this package.
 */
export interface ConnectionSpecifications {
  /** How an account is connected and its tokens are kept fresh. */
  readonly oauth?: OAuthSpecification;
  /** What can be asked for at intervals; each by itself. */
  readonly polling?: readonly PollingSpecification[];
  /** How it is told, for an account, to send webhooks. Absent where only a person can do that, at its settings. */
  readonly watch?: WatchSpecification;
}

/** How long before an access token ends it is to be replaced. */
export const REFRESH_BEFORE_EXPIRY_SECONDS = 600;

/** What `{name}` in a template stands for: a setting of the connection unless it says otherwise. */
export const PLACEHOLDERS = {
  accessToken: 'The access token of the connection.',
  callbackUrl: 'The address of the source that gets the webhooks.',
  channelId: 'Slack: the conversation (C…). YouTube: the channel (UC…).',
  clientId: 'The id of the OAuth application.',
  cursor: 'What the last poll left behind, see `PollingSpecification.cursor`.',
  fields: 'Meta: the fields of the page to subscribe to, separated by commas.',
  graphVersion: 'Meta: the version of the Graph API that the application uses, such as v23.0.',
  owner: 'GitHub: the account of the repository.',
  pageId: 'Meta: the page.',
  refreshToken: 'The refresh token of the connection.',
  repository: 'GitHub: the name of the repository, without its owner.',
  secret: 'The secret of the source that gets the webhooks.',
  subscriptionId: 'What the provider calls the subscription, see `WatchSpecification.subscriptionId`.',
  topicName: 'Gmail: the Pub/Sub topic, projects/P/topics/T.',
  uploadsPlaylistId: 'YouTube: the playlist of all uploads of a channel, its id with UU in place of UC.',
} as const;

/** A value of a JSON body; its texts are templates. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | readonly JsonTemplate[]
  | { readonly [name: string]: JsonTemplate };

/**
 * A request. All its texts are templates: `{name}` stands for one of `PLACEHOLDERS`, percent-encoded in a URL. A
 * parameter of `query` that has no value yet (the cursor of a first poll) is left out.
 */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** https, without a query. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Besides those of the body and `authorization`; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?:
    | { readonly form: Readonly<Record<string, string>> }
    | { readonly json: { readonly [name: string]: JsonTemplate } };
  /** `bearer`: the access token. `client`: Basic, with id and secret of the OAuth application. */
  readonly authorization: 'bearer' | 'client' | 'none';
}

/** The authorization code grant (RFC 6749) of an application that has a secret, and what the provider does otherwise. */
export interface OAuthSpecification {
  readonly authorizationUrl: string;
  /** Gets a form by POST, for a code as for a refresh token. */
  readonly tokenUrl: string;
  /** Besides the usual ones; names in lower case. */
  readonly tokenHeaders?: Readonly<Record<string, string>>;
  /** Ends the grant, or at least the token. Absent where a person must do it, at the provider's settings. */
  readonly revocation?: RequestTemplate;
  /** What is asked for unless a connection says otherwise: enough for `polling` and `watch`. */
  readonly scopes: readonly string[];
  readonly scopeSeparator: ' ' | ',';
  /** RFC 7636 with S256. `none` also where only applications without a secret may use it. */
  readonly pkce: 'none' | 'supported' | 'required';
  /** Where id and secret of the application go in a request for tokens. */
  readonly clientAuthentication: 'basic' | 'body';
  /** Parameters of the authorization URL besides those of RFC 6749. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /**
   * Whether access tokens end. `opt-in`: only if the application is set up so; otherwise the answer has neither
   * `expires_in` nor `refresh_token`, and there is nothing to refresh.
   */
  readonly expiry: 'always' | 'opt-in';
  /** Of an access token that ends. `expires_in` of the answer goes before it. */
  readonly accessTokenLifetimeSeconds: number;
  readonly refresh: {
    /**
     * Whether a refresh gives a new refresh token. `sometimes`: store it if there is one. With `never` as well: keep
     * the old one where the answer has none.
     */
    readonly rotation: 'always' | 'sometimes' | 'never';
    /** How long the old refresh token works after it was used, where that is known. 0: it is dead at once. */
    readonly graceSeconds?: number;
    /** Where the refresh token itself ends. From `consent`: no use prolongs it. From `issue`: each new one has it whole. */
    readonly lifetime?: { readonly seconds: number; readonly countedFrom: 'consent' | 'issue' };
    /**
     * Codes at `/error` of the answer, whatever its status, after which only the person can help by connecting
     * again. Others are faults of the application's set-up or pass by themselves.
     */
    readonly finalErrors: readonly string[];
  };
}

/** A GET that is repeated, and what of its answer becomes events. Pointers are JSON pointers (RFC 6901). */
export interface PollingSpecification {
  /** Unique within the provider. */
  readonly id: string;
  readonly everySeconds: number;
  /** A header of the answer with the fewest seconds until the next request. */
  readonly intervalHeader?: string;
  readonly request: RequestTemplate;
  /** One of these scopes is needed; none where the list is empty. */
  readonly scopes: readonly string[];
  /** The list in the answer; '' where the answer is the list. A missing one is empty. */
  readonly items: string;
  /** In an item: its identity, all of these values together. An item seen before is not an event again. */
  readonly itemId: readonly string[];
  /** In an item: when it happened. */
  readonly itemTime?: { readonly at: string; readonly unit: 'iso' | 'seconds' };
  /** Absent: the answer is the newest there is, and `itemId` tells what of it is new. */
  readonly cursor?: PollingCursor;
  /**
   * How the rest of a long answer is got; absent: there is none. Answers have the newest first: without a cursor the
   * first item that was seen before is the end, and the very first poll reads one page only.
   */
  readonly pages?: { readonly by: 'link-header' } | { readonly tokenAt: string; readonly parameter: string };
  /** What makes the provider answer 304 while nothing is new. */
  readonly conditional?: 'etag' | 'last-modified';
  readonly events: PolledEvents;
  /** A 429 (or GitHub's 403) with `Retry-After` always counts, beside this. */
  readonly rateLimit?: RateLimit;
}

/**
 * Where the next poll starts; it is `{cursor}` in the request. It moves on when all pages have been read, and an answer
 * without one leaves it as it was.
 */
export interface PollingCursor {
  /**
   * `answer`: at a pointer into the answer. `newest-item`: the greatest value at a pointer into the items.
   * `poll-time`: when the poll before started, in ISO 8601.
   */
  readonly from: { readonly answer: string } | { readonly newestItem: string } | 'poll-time';
  /** The parameter of the query that it is given in. */
  readonly parameter: string;
  /** How far before the cursor to start, for items that show up late. Only for times. */
  readonly overlapSeconds?: number;
  /** Where there is no poll without a cursor: what gives the first one, and one anew after `expiredStatus`. */
  readonly initial?: { readonly request: RequestTemplate; readonly at: string };
  /** The provider's answer to a cursor that is too old; what lies between is lost to polling. */
  readonly expiredStatus?: number;
}

/**
 * What an item becomes. Its payload is the item as the API gives it: another shape than what the same provider pushes
 * under that type.
 */
export type PolledEvents =
  | { readonly type: string }
  | {
      /** In an item: the provider's name of what happened. */
      readonly typeAt: string;
      readonly types: Readonly<Record<string, string>>;
      /** In an item: one part more of the type, where it is there. */
      readonly actionAt?: string;
      /** For names that are not in `types`. */
      readonly otherwise: string;
    }
  /** The answer says what is, not what happened: compared with the answer before, by `itemId`. */
  | { readonly added: string; readonly removed: string };

export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
  /** Whose requests are counted together. */
  readonly countedBy: 'connection' | 'application';
}

/** A subscription that an API makes. */
export interface WatchSpecification {
  /** Makes it, and is sent again to renew it. */
  readonly create: RequestTemplate;
  /** One of these scopes is needed; none where the list is empty. */
  readonly scopes: readonly string[];
  /** In the answer: the provider's id of it. */
  readonly subscriptionId?: string;
  /**
   * Where it is said when the subscription ends: in the answer, or in the provider's handshake, which then also is
   * what confirms it.
   */
  readonly expiry?:
    | { readonly answer: string; readonly unit: 'milliseconds-since-1970' }
    | { readonly handshakeParameter: string; readonly unit: 'seconds-from-now' };
  /** How long it lasts as a rule; absent: until it is stopped. */
  readonly lifetimeSeconds?: number;
  /** How long before its end it is renewed. */
  readonly renewBeforeSeconds?: number;
  /** Finds one that was made before, so that a second `create` does not fail or make another. */
  readonly existing?: {
    readonly request: RequestTemplate;
    readonly items: string;
    /** In an item: the address it sends to, and its id. */
    readonly callbackUrl: string;
    readonly subscriptionId: string;
  };
  readonly stop: RequestTemplate;
}
