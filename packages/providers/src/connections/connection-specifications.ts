import type { ApplicationSetup } from './application-setup.ts';
import type { AnswerRules } from './judge-answer.ts';
import type { OAuthSpecification } from './oauth-specification.ts';
import type { NaturalKey, PollingSpecification } from './polling-specification.ts';
import type { PushSpecification } from './push-specification.ts';
import type { QuotaSpecification } from './quota-specification.ts';
import type { WatchSpecification } from './watch-specification.ts';

/**
 * Facts about a provider's API, as data for the code that connects accounts, polls and renews subscriptions. This
 * package makes no requests itself.
 */
export interface ConnectionSpecifications {
  /** How to connect an account and refresh its tokens. */
  readonly oauth?: OAuthSpecification;
  /** How to set up its OAuth application, and how mistakes show. */
  readonly applicationSetup?: ApplicationSetup;
  /** Requests that Hookline can repeat at intervals; each is independent. */
  readonly polling?: readonly PollingSpecification[];
  /** The limits on requests, of polls and all others. */
  readonly quotas?: readonly QuotaSpecification[];
  /** What the codes of failures mean. */
  readonly answers?: AnswerRules;
  /** The key that a pushed event shares with its polled copy. Undefined: it has none. */
  readonly pushedKey?: (event: PushedEvent) => NaturalKey | undefined;
  /** How to have the events of an account pushed. Absent if only a person can do that, in the provider's settings. */
  readonly watches?: readonly WatchSpecification[];
  /** How the pushes to an OAuth application find the connections that they are for. */
  readonly pushes?: PushSpecification;
}

/** An event that came by a webhook. */
export interface PushedEvent {
  readonly type: string;
  /** The parsed payload. */
  readonly payload: unknown;
}

/** How long before its expiry an access token is replaced. */
export const REFRESH_BEFORE_EXPIRY_SECONDS = 600;
