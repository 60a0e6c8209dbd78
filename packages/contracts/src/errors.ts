import Type, { type Static } from 'typebox';

/**
 * Every error code of the HTTP API with its status and default text. Codes are stable: callers match codes, and texts
 * may change.
 */
export const API_ERRORS = {
  invalid_request: { status: 400, message: 'The request is not valid' },
  malformed_body: { status: 400, message: 'The body is not valid JSON' },
  duplicate_header: { status: 400, message: 'A header that may occur only once occurs more than once' },
  invalid_user_agent: { status: 400, message: "The User-Agent is not this provider's" },
  missing_header: { status: 400, message: 'A header that this provider always sends is missing' },
  invalid_signature: { status: 401, message: 'Invalid signature' },
  missing_signature: { status: 401, message: 'Invalid signature' },
  timestamp_out_of_tolerance: { status: 401, message: 'Request timestamp too old' },
  unauthenticated: { status: 401, message: 'Send an API key as "Authorization: Bearer hl_…"' },
  key_expired: { status: 401, message: 'This API key has expired' },
  key_rotated: { status: 401, message: 'This API key was rotated, and its grace period is over' },
  session_ended: { status: 401, message: 'You are signed out, or your session has ended: sign in again' },
  portal_session_ended: {
    status: 401,
    message: 'This portal session has ended: open the portal again where you came from',
  },
  portal_token_used: {
    status: 401,
    message: 'This link to the portal was used before: open the portal again where you came from',
  },
  key_revoked: { status: 401, message: 'This API key was revoked' },
  forbidden: { status: 403, message: 'This key is not allowed to do this' },
  scope_missing: { status: 403, message: 'This key or token lacks the scope that this needs' },
  origin_not_allowed: { status: 403, message: 'The session cookie works for pages of this origin only' },
  csrf_header_missing: {
    status: 403,
    message: 'A write that the session cookie authenticates needs the header X-Hookline-CSRF, with any value',
  },
  sign_in_failed: {
    status: 403,
    message: 'The sign-in at the identity provider did not succeed: begin again',
  },
  address_not_allowed: { status: 403, message: 'This API key may not be used from this address' },
  verification_failed: { status: 403, message: 'Verification failed' },
  not_found: { status: 404, message: 'Not found' },
  request_not_kept: { status: 404, message: 'No request is stored for this event' },
  source_not_found: { status: 404, message: 'No source is set up at this address' },
  method_not_allowed: { status: 405, message: 'This address does not accept this method' },
  incomplete_request: { status: 408, message: 'The request did not arrive in full' },
  conflict: { status: 409, message: 'The request conflicts with the current state' },
  account_mismatch: { status: 409, message: 'This is another account than the one of the connection' },
  app_misconfigured: { status: 409, message: 'The provider does not accept the OAuth application' },
  connection_unavailable: { status: 409, message: 'The connection has no usable token' },
  permission_missing: {
    status: 409,
    message: 'The person has not granted what this needs: connect the account again',
  },
  nothing_to_poll: { status: 409, message: 'The connection has nothing that could be polled now' },
  refresh_refused: {
    status: 409,
    message: 'The provider refused the refresh token. It is asked once more within two minutes',
  },
  idempotency_key_in_use: {
    status: 409,
    message: 'A call with this Idempotency-Key is still running; try again for its answer',
  },
  idempotent_answer_not_kept: {
    status: 409,
    message:
      'This call was done with this Idempotency-Key, but its answer was not kept; read the state instead',
  },
  payload_too_large: { status: 413, message: 'The body is too large' },
  uri_too_long: { status: 414, message: 'A part of the address is too long' },
  unsupported_media_type: { status: 415, message: 'This content type or encoding is not accepted' },
  incomplete_body: { status: 422, message: 'The body lacks a field that the provider always sends' },
  event_schema_mismatch: { status: 422, message: 'The data does not match the schema of this event type' },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was used for another request; use a new key for a new request',
  },
  event_schema_too_slow: {
    status: 422,
    message:
      'Validating the data against the schema of this event type takes longer than 1 s: simplify the schema or send less data',
  },
  invalid_schema: { status: 422, message: 'The schema of an event type is not valid' },
  invalid_filter: { status: 422, message: 'The filter is not valid' },
  invalid_transformation: { status: 422, message: 'The transformation is not valid' },
  credentials_required: {
    status: 422,
    message: 'Stored secrets are not sent to another origin: give them again, or remove them',
  },
  endpoint_url_not_allowed: { status: 422, message: 'Hookline may not send to this URL' },
  grant_refused: { status: 422, message: 'The provider does not accept this grant' },
  rate_limited: { status: 429, message: 'Too many requests' },
  headers_too_large: { status: 431, message: 'The headers are too large' },
  internal: { status: 500, message: 'Something went wrong on our side' },
  secret_not_configured: { status: 500, message: 'No signing secret is configured for this provider' },
  keys_unavailable: { status: 503, message: "Could not fetch the provider's keys" },
  not_stored: { status: 503, message: 'The event could not be stored; send it again' },
  overloaded: { status: 503, message: 'Too many requests are in flight; send it again' },
  provider_unavailable: { status: 503, message: 'The provider does not respond; try again' },
  unavailable: { status: 503, message: 'A part of Hookline does not respond; try again' },
  shutting_down: { status: 503, message: 'This replica is shutting down; send it again' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** The body of every error answer. */
export const ApiErrorBody = Type.Object(
  {
    error: Type.String({ description: 'What went wrong, in words' }),
    code: Type.String({ description: 'What went wrong, as a stable code for programs' }),
    details: Type.Optional(
      Type.Unknown({
        description: 'For `invalid_request`: the list of refused fields, each with `path` and `message`',
      }),
    ),
    requestId: Type.String({ description: 'Id of the request in the logs' }),
  },
  { description: 'Error' },
);
export type ApiErrorBody = Static<typeof ApiErrorBody>;

/** The media type of an error answer in the form of RFC 9457. A caller asks for it in `Accept`. */
export const PROBLEM_DETAILS_TYPE = 'application/problem+json';

/** The address of the text about an error code, relative to the gateway. docs/errors.md has a section for each code. */
export const problemTypeOf = (code: ApiErrorCode): string => `/docs/errors#${code}`;

/** The body of every error answer to a caller that asks for problem details (RFC 9457). */
export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'Address of the documentation of `code`' }),
    title: Type.String({ description: 'What the code means' }),
    status: Type.Integer({ description: 'Status of the answer' }),
    detail: Type.String({ description: 'What went wrong in this request, in words' }),
    instance: Type.String({ description: 'Path of the request' }),
    code: Type.String({ description: 'What went wrong, as a stable code for programs' }),
    requestId: Type.String({ description: 'Id of the request in the logs' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          detail: Type.String({ description: 'What is wrong with the field' }),
          pointer: Type.Optional(
            Type.String({ description: 'JSON Pointer of the field of the body, such as `#/auth/token`' }),
          ),
          in: Type.Optional(Type.Enum(['query', 'path'])),
          parameter: Type.Optional(Type.String({ description: 'Name of the query or path parameter' })),
        }),
        { description: 'Refused fields' },
      ),
    ),
    details: Type.Optional(Type.Unknown({ description: 'Further facts, by code' })),
  },
  { description: 'Error as problem details (RFC 9457)' },
);
export type ProblemDetails = Static<typeof ProblemDetails>;

/** Thrown by a handler to answer with an error of the catalogue. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly statusCode: number;
  readonly details: unknown;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ApiErrorCode,
    options: { message?: string; details?: unknown; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(options.message ?? API_ERRORS[code].message, { cause: options.cause });
    this.code = code;
    this.statusCode = API_ERRORS[code].status;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
