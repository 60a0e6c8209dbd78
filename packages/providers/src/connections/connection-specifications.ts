import type { AnswerRules } from './judge-answer.ts';
import type { NaturalKey, PollingSpecification } from './polling-specification.ts';
import type { QuotaSpecification } from './quota-specification.ts';
import type { RequestTemplate } from './request-template.ts';

/**
 * Facts about a provider's API, as data for the code that connects accounts, polls and renews subscriptions. This
 * package makes no requests itself.
 */
export interface ConnectionSpecifications {
  /** How to connect an account and refresh its tokens. */
  readonly oauth?: OAuthSpecification;
  /** Requests that Hookline can repeat at intervals; each is independent. */
  readonly polling?: readonly PollingSpecification[];
  /** The limits on requests, of polls and all others. */
  readonly quotas?: readonly QuotaSpecification[];
  /** What the codes of failures mean. */
  readonly answers?: AnswerRules;
  /** The key that a pushed event shares with its polled copy. Undefined: it has none. */
  readonly pushedKey?: (event: PushedEvent) => NaturalKey | undefined;
  /** How to subscribe an account to webhooks. Absent if only a person can do that, in the provider's settings. */
  readonly watch?: WatchSpecification;
}

/** An event that came by a webhook. */
export interface PushedEvent {
  readonly type: string;
  /** The parsed payload. */
  readonly payload: unknown;
}

/** How long before its expiry an access token is replaced. */
export const REFRESH_BEFORE_EXPIRY_SECONDS = 600;

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
