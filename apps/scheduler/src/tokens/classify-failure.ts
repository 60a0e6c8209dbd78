import type { OAuthSpecification } from '@hookline/providers';
import type { TokenReason } from '../status/status-reasons.ts';

/** How an exchange at a token endpoint failed. */
export interface ExchangeFailure {
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
  /** The code of the provider, e.g. `invalid_grant`. */
  readonly error: string | undefined;
  /** Google: a closer reason beside the code. */
  readonly errorSubtype?: string | undefined;
  /** Whether the answer has no form of a token endpoint: a proxy may have given it, and nothing follows for the token. */
  readonly isForeign?: boolean;
  /** As the provider asked. */
  readonly retryAfterSeconds?: number | undefined;
  /**
   * Whether the provider may have exchanged the token although no answer was read. False: it answered, or the request
   * was never sent.
   */
  readonly mayHaveHappened: boolean;
}

/**
 * What follows from a failure. `grant`: the refresh token is not accepted. `app`: the application is not accepted, which
 * connecting again cannot help. `transient`: nothing follows; try again. `unknown`: the same, but not for ever.
 */
export type FailureVerdict =
  | { readonly kind: 'grant'; readonly reason: TokenReason }
  | { readonly kind: 'app' }
  | { readonly kind: 'transient'; readonly reason: TokenReason }
  | { readonly kind: 'unknown'; readonly reason: TokenReason };

/** Codes of all providers; a provider's file adds its own. */
const GRANT_ERRORS: ReadonlySet<string> = new Set(['invalid_grant']);
const APP_ERRORS: ReadonlySet<string> = new Set(['invalid_client']);
const SESSION_ERRORS: ReadonlySet<string> = new Set(['invalid_rapt', 'rapt_required']);
const RATE_ERRORS: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'slow_down',
  'too_many_requests',
]);
const TRANSIENT_ERRORS: ReadonlySet<string> = new Set([
  'temporarily_unavailable',
  'server_error',
  'internal_error',
  'internal_failure',
  'service_unavailable',
  'fatal_error',
  'request_timeout',
  'team_added_to_org',
]);

/**
 * The code decides and not the status, because providers send codes with 200, 400, 401 and 403. Only 429 and 5xx always
 * mean that the provider could not judge the request.
 */
export function classifyFailure(
  failure: Pick<ExchangeFailure, 'status' | 'error' | 'errorSubtype' | 'isForeign'>,
  { finalErrors, appErrors = [] }: Pick<OAuthSpecification['refresh'], 'finalErrors' | 'appErrors'>,
): FailureVerdict {
  const { status, error, errorSubtype, isForeign } = failure;
  if (status === undefined) return { kind: 'transient', reason: 'provider_unavailable' };
  if (status === 429 || (error !== undefined && RATE_ERRORS.has(error)))
    return { kind: 'transient', reason: 'rate_limited' };
  if (status >= 500) return { kind: 'transient', reason: 'provider_unavailable' };
  // A page in place of an answer, such as of a proxy or of a maintenance.
  if (isForeign) return { kind: 'transient', reason: 'provider_unavailable' };
  if (error === undefined) return { kind: 'unknown', reason: 'unknown_answer' };
  if (APP_ERRORS.has(error) || appErrors.includes(error)) return { kind: 'app' };
  if (SESSION_ERRORS.has(error) || (errorSubtype !== undefined && SESSION_ERRORS.has(errorSubtype)))
    return { kind: 'grant', reason: 'session_ended' };
  if (GRANT_ERRORS.has(error) || finalErrors.includes(error))
    return { kind: 'grant', reason: 'invalid_grant' };
  if (TRANSIENT_ERRORS.has(error)) return { kind: 'transient', reason: 'provider_unavailable' };
  return { kind: 'unknown', reason: 'unknown_answer' };
}
