import type { AnswerRules } from './judge-answer.ts';
import type { OAuthSpecification } from './oauth-specification.ts';
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
