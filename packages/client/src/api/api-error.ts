import type { ApiErrorBody, ApiErrorCode } from '@hookline/contracts';

/** One field of a request that the gateway refused. */
export interface ApiIssue {
  /** The field as a path: `body/auth/token`, `querystring/limit`. */
  path: string;
  /** What is wrong with the field. The text continues the path: `must be a whole number from 1 to 30`. */
  message: string;
}

/** The code of an answer that is not in Hookline's error format: a proxy in between answered. */
const UNKNOWN_CODE = 'unknown';

/** The gateway answered with an error status. Match on `code`: the codes are stable, the messages are not. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status. */
  readonly status: number;
  readonly code: ApiErrorCode | typeof UNKNOWN_CODE;
  /** Identifies the request in Hookline's logs. Undefined when a proxy answered. */
  readonly requestId: string | undefined;
  /** The fields that were refused. Empty unless the error is about fields. */
  readonly issues: readonly ApiIssue[];
  /** How long to wait before the next try, in seconds, from the header `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: unknown, retryAfterSeconds: number | undefined) {
    const known = isErrorBody(body) ? body : undefined;
    super(known?.error ?? `The server answered with status ${status}`);
    this.status = status;
    this.code = (known?.code as ApiErrorCode | undefined) ?? UNKNOWN_CODE;
    this.requestId = known?.requestId;
    this.issues = issuesOf(known?.details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer arrived: the connection failed, the answer was incomplete or the call took longer than its timeout. */
export class ApiConnectionError extends Error {
  override readonly name = 'ApiConnectionError';
  readonly code: 'timeout' | 'connection_failed';

  constructor(code: ApiConnectionError['code'], message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const isErrorBody = (body: unknown): body is ApiErrorBody =>
  typeof body === 'object' && body !== null && 'error' in body && 'code' in body;

const isIssue = (value: unknown): value is ApiIssue =>
  typeof value === 'object' && value !== null && 'path' in value && 'message' in value;

const issuesOf = (details: unknown): readonly ApiIssue[] =>
  Array.isArray(details) ? details.filter(isIssue) : [];
