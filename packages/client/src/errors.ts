import type { ApiErrorCode } from './contracts.ts';

/** One field of a request that the gateway refused. */
export interface Issue {
  /** The field as a path: `body/auth/token`, `querystring/limit`. */
  path: string;
  /** What is wrong with the field. The text continues the path: `must be a whole number from 1 to 30`. */
  message: string;
}

/**
 * What went wrong, for programs: a code of the HTTP API or one of the client's own. `unknown`: a proxy between the client
 * and the gateway answered.
 */
export type HooklineErrorCode =
  | ApiErrorCode
  | 'timeout'
  | 'connection_failed'
  | 'signature_invalid'
  | 'feed_closed'
  | 'unknown';

export interface HooklineErrorFields {
  /** The HTTP status. Undefined when there was no answer. */
  readonly status?: number | undefined;
  /** More about the error, as the gateway sent it. */
  readonly details?: unknown;
  /** The fields that were refused. Empty unless the code is `invalid_request`. */
  readonly issues?: readonly Issue[];
  /** Identifies the request in Hookline's logs. Undefined when there was no answer, or a proxy answered. */
  readonly requestId?: string | undefined;
  /** How long to wait before the next try, in ms, from the header `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A symbol of the whole realm, so that an error of another copy of this package is recognised as well. */
const BRAND = Symbol.for('hookline.error');

/** Base class of all errors of this package. Match on `code`: codes are stable, messages are for people and may change. */
export class HooklineError extends Error implements HooklineErrorFields {
  override readonly name: string = 'HooklineError';
  declare readonly status: number | undefined;
  declare readonly details: unknown;
  declare readonly requestId: string | undefined;
  declare readonly retryAfterMs: number | undefined;
  declare readonly issues: readonly Issue[];
  readonly code: HooklineErrorCode;

  constructor(code: HooklineErrorCode, message: string, fields: HooklineErrorFields = {}) {
    super(message);
    this.code = code;
    Object.assign(this, { issues: [] }, fields);
  }

  get [BRAND](): true {
    return true;
  }
}

/** 429: too many requests. `retryAfterMs` says how long to wait. */
export class RateLimited extends HooklineError {
  override readonly name = 'RateLimited';
}

/** 401: the key is missing, wrong, expired or revoked. */
export class Unauthenticated extends HooklineError {
  override readonly name = 'Unauthenticated';
}

/** A try took longer than `timeoutMs`. The gateway may have carried out the call. */
export class Timeout extends HooklineError {
  override readonly name = 'Timeout';
}

/** The connection failed, or broke before the whole answer had arrived. The gateway may have carried out the call. */
export class ConnectionFailed extends HooklineError {
  override readonly name = 'ConnectionFailed';
}

/** Throw it in `token()` to end a feed: there is no token any more. After any other error the feed tries again. */
export class FeedUnauthorizedError extends HooklineError {
  override readonly name = 'FeedUnauthorizedError';

  constructor(message = 'There is no token for the feed') {
    super('unauthenticated', message);
  }
}

/**
 * Whether a caught value is an error of this package. Unlike `instanceof` it also works when two copies of the package
 * are installed.
 */
export function isHooklineError(error: unknown): error is HooklineError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
