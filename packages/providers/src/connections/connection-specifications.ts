/**
 * Facts about a provider's API, as data for the code that connects accounts, polls and renews subscriptions. This
 * package makes no requests itself.
 */
export interface ConnectionSpecifications {
  /** How to connect an account and refresh its tokens. */
  readonly oauth?: OAuthSpecification;
  /** Requests that Hookline can repeat at intervals; each is independent. */
  readonly polling?: readonly PollingSpecification[];
  /** How to subscribe an account to webhooks. Absent if only a person can do that, in the provider's settings. */
  readonly watch?: WatchSpecification;
}

/** How long before its expiry an access token is replaced. */
export const REFRESH_BEFORE_EXPIRY_SECONDS = 600;

/**
 * The placeholders `{name}` of templates. Each stands for a setting of the connection unless its text says otherwise.
 */
export const PLACEHOLDERS = {
  accessToken: 'The access token of the connection.',
  callbackUrl: 'The address of the source that receives the webhooks.',
  channelId: 'Slack: the id of the conversation (C…). YouTube: the id of the channel (UC…).',
  clientId: 'The id of the OAuth application.',
  cursor: 'The cursor of the last poll, see `PollingSpecification.cursor`.',
  fields: 'Meta: the fields of the page to subscribe to, separated by commas.',
  graphVersion: 'Meta: the version of the Graph API that the application uses, such as v23.0.',
  owner: 'GitHub: the account of the repository.',
  pageId: 'Meta: the page.',
  refreshToken: 'The refresh token of the connection.',
  repository: 'GitHub: the name of the repository, without its owner.',
  secret: 'The secret of the source that receives the webhooks.',
  subscriptionId: "The provider's id of the subscription, see `WatchSpecification.subscriptionId`.",
  topicName: 'Gmail: the Pub/Sub topic, projects/P/topics/T.',
  uploadsPlaylistId:
    'YouTube: the id of the playlist of all uploads of a channel, which is the id of the channel with UU in place of UC.',
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
 * parameter of `query` without a value (the cursor of a first poll) is omitted.
 */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** https, without a query. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers in addition to the headers of the body and of `authorization`; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?:
    | { readonly form: Readonly<Record<string, string>> }
    | { readonly json: { readonly [name: string]: JsonTemplate } };
  /** `bearer`: the access token. `client`: Basic, with id and secret of the OAuth application. */
  readonly authorization: 'bearer' | 'client' | 'none';
}

/** The authorization code grant (RFC 6749) of an application with a secret, and the provider's deviations from it. */
export interface OAuthSpecification {
  readonly authorizationUrl: string;
  /** Receives a form by POST, for a code and for a refresh token. */
  readonly tokenUrl: string;
  /** Headers in addition to the usual headers; names in lower case. */
  readonly tokenHeaders?: Readonly<Record<string, string>>;
  /** Ends the grant, or at least the token. Absent if a person must do it, in the provider's settings. */
  readonly revocation?: RequestTemplate;
  /** The default scopes of a connection: sufficient for `polling` and `watch`. */
  readonly scopes: readonly string[];
  readonly scopeSeparator: ' ' | ',';
  /** RFC 7636 with S256. Also `none` if only applications without a secret may use it. */
  readonly pkce: 'none' | 'supported' | 'required';
  /** Where a request for tokens carries the id and the secret of the application. */
  readonly clientAuthentication: 'basic' | 'body';
  /** Parameters of the authorization URL in addition to the parameters of RFC 6749. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /**
   * Whether access tokens expire. `opt-in`: only if the application is configured so. Otherwise the answer has neither
   * `expires_in` nor `refresh_token`, and no refresh is needed.
   */
  readonly expiry: 'always' | 'opt-in';
  /** Default lifetime of an access token that expires. `expires_in` of the answer takes precedence. */
  readonly accessTokenLifetimeSeconds: number;
  readonly refresh: {
    /**
     * Whether a refresh returns a new refresh token. `sometimes`: store the new token if the answer has one. With
     * `never` and `sometimes`, keep the old token if the answer has none.
     */
    readonly rotation: 'always' | 'sometimes' | 'never';
    /** How long a used refresh token stays valid, if that is known. 0: it becomes invalid immediately. */
    readonly graceSeconds?: number;
    /**
     * Present if the refresh token expires. From `consent`: a refresh does not prolong it. From `issue`: each new token
     * has the full lifetime.
     */
    readonly lifetime?: { readonly seconds: number; readonly countedFrom: 'consent' | 'issue' };
    /**
     * Codes at `/error` of the answer, whatever its status, after which a person must connect the account again. Other
     * codes are configuration errors of the application, or temporary.
     */
    readonly finalErrors: readonly string[];
  };
}

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

/** A subscription that is created through an API. */
export interface WatchSpecification {
  /** Creates the subscription. The same request renews it. */
  readonly create: RequestTemplate;
  /** At least one of these scopes is needed; an empty list needs no scope. */
  readonly scopes: readonly string[];
  /** In the answer: the provider's id of the subscription. */
  readonly subscriptionId?: string;
  /**
   * Where the provider states the end of the subscription: in the answer, or in its handshake, which then also confirms
   * the subscription.
   */
  readonly expiry?:
    | { readonly answer: string; readonly unit: 'milliseconds-since-1970' }
    | { readonly handshakeParameter: string; readonly unit: 'seconds-from-now' };
  /** The usual duration of the subscription; absent: until it is stopped. */
  readonly lifetimeSeconds?: number;
  /** How long before its end the subscription is renewed. */
  readonly renewBeforeSeconds?: number;
  /** Finds an existing subscription, so that a second `create` does not fail or create a duplicate. */
  readonly existing?: {
    readonly request: RequestTemplate;
    readonly items: string;
    /** In an item: the address of the subscription, and its id. */
    readonly callbackUrl: string;
    readonly subscriptionId: string;
  };
  readonly stop: RequestTemplate;
}
