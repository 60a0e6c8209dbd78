/**
 * The reasons for a rejection, with the HTTP status, the public code and the public message of the answer. The answer
 * is less precise than `code`, so that it does not help an attacker to guess. `code` and `message` are for the journal
 * of rejections. The public codes are the codes of Hookline's HTTP API.
 */
const REJECTIONS = {
  // The signature, the timestamp and the sender.
  missing_signature: { status: 401, publicCode: 'missing_signature', publicMessage: 'Invalid signature' },
  malformed_signature: { status: 401, publicCode: 'invalid_signature', publicMessage: 'Invalid signature' },
  invalid_signature: { status: 401, publicCode: 'invalid_signature', publicMessage: 'Invalid signature' },
  missing_timestamp: { status: 401, publicCode: 'invalid_signature', publicMessage: 'Invalid signature' },
  malformed_timestamp: { status: 401, publicCode: 'invalid_signature', publicMessage: 'Invalid signature' },
  /** The signature is valid, but the sender or the receiver differs from the source's options. */
  unexpected_sender: { status: 401, publicCode: 'invalid_signature', publicMessage: 'Invalid signature' },
  /** The provider expects a success even for an invalid signature. Nothing is stored. */
  ignored_signature: { status: 202, publicCode: 'invalid_signature', publicMessage: 'Ignored' },
  timestamp_out_of_tolerance: {
    status: 401,
    publicCode: 'timestamp_out_of_tolerance',
    publicMessage: 'Request timestamp too old',
  },

  // Hookline's configuration: an error, never a reason to accept a request.
  no_secret: {
    status: 500,
    publicCode: 'secret_not_configured',
    publicMessage: 'No signing secret is configured for this provider',
  },
  invalid_secret: {
    status: 500,
    publicCode: 'secret_not_configured',
    publicMessage: 'No signing secret is configured for this provider',
  },
  keys_unavailable: {
    status: 503,
    publicCode: 'keys_unavailable',
    publicMessage: "Could not fetch the provider's keys",
  },
  missing_option: {
    status: 500,
    publicCode: 'secret_not_configured',
    publicMessage: 'No signing secret is configured for this provider',
  },
  invalid_option: {
    status: 500,
    publicCode: 'secret_not_configured',
    publicMessage: 'No signing secret is configured for this provider',
  },
  no_allow_list: {
    status: 500,
    publicCode: 'secret_not_configured',
    publicMessage: 'No signing secret is configured for this provider',
  },
  invalid_tolerance: {
    status: 500,
    publicCode: 'internal',
    publicMessage: 'Something went wrong on our side',
  },

  // Other headers, the body, the method.
  missing_header: { status: 400, publicCode: 'missing_header', publicMessage: 'Missing header' },
  missing_event_header: { status: 400, publicCode: 'missing_header', publicMessage: 'Missing header' },
  missing_delivery_header: { status: 400, publicCode: 'missing_header', publicMessage: 'Missing header' },
  duplicate_header: { status: 400, publicCode: 'duplicate_header', publicMessage: 'Duplicate header' },
  malformed_header: { status: 400, publicCode: 'invalid_request', publicMessage: 'Malformed header' },
  invalid_user_agent: { status: 400, publicCode: 'invalid_user_agent', publicMessage: 'Invalid user agent' },
  malformed_body: { status: 400, publicCode: 'malformed_body', publicMessage: 'Malformed body' },
  unsupported_media_type: {
    status: 415,
    publicCode: 'unsupported_media_type',
    publicMessage: 'Unsupported Content-Encoding',
  },
  body_too_deep: { status: 400, publicCode: 'malformed_body', publicMessage: 'Body nested too deeply' },
  incomplete_body: { status: 422, publicCode: 'incomplete_body', publicMessage: 'Incomplete body' },
  missing_form_payload: { status: 400, publicCode: 'malformed_body', publicMessage: 'Missing form payload' },
  method_not_allowed: { status: 405, publicCode: 'method_not_allowed', publicMessage: 'Method not allowed' },

  // Handshakes.
  unknown_topic: { status: 404, publicCode: 'not_found', publicMessage: 'Not found' },
  malformed_handshake: { status: 400, publicCode: 'invalid_request', publicMessage: 'Malformed handshake' },
  no_verify_token: { status: 403, publicCode: 'verification_failed', publicMessage: 'Verification failed' },
  invalid_verify_token: {
    status: 403,
    publicCode: 'verification_failed',
    publicMessage: 'Verification failed',
  },
} as const satisfies Record<string, { status: number; publicCode: string; publicMessage: string }>;

export type RejectionCode = keyof typeof REJECTIONS;
export type PublicRejectionCode = (typeof REJECTIONS)[RejectionCode]['publicCode'];

export interface Rejection {
  readonly ok: false;
  /** Precise and stable. For the journal, not for the sender. */
  readonly code: RejectionCode;
  /** The problem and its likely cause, for the operator. Never contains a secret. */
  readonly message: string;
  /** Facts, such as `header` or `ageSeconds`. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** The HTTP answer: status, code and text. */
  readonly status: number;
  readonly publicCode: PublicRejectionCode;
  readonly publicMessage: string;
}

export function reject(code: RejectionCode, message: string, details?: Rejection['details']): Rejection {
  const { status, publicCode, publicMessage: words } = REJECTIONS[code];
  const header = publicCode === 'missing_header' ? details?.['header'] : undefined;
  const publicMessage = header === undefined ? words : `${words}: ${header}`;
  const rejection = { ok: false, code, message, status, publicCode, publicMessage } as const;
  return details === undefined ? rejection : { ...rejection, details };
}
