interface AttemptError {
  /** What a person is told where nothing more exact is known. */
  text: string;
  /** Whether the endpoint's policy may try again; else the delivery gives up at once. */
  isRetryable: boolean;
  /** What it says about the receiver, for its lane; an error of our own making says nothing against it. */
  condition: 'answered' | 'strained' | 'unreachable';
}

const error = (
  text: string,
  { isRetryable = true, condition = 'answered' }: Partial<Omit<AttemptError, 'text'>> = {},
): AttemptError => ({ text, isRetryable, condition });
const FINAL = { isRetryable: false };
const STRAIN = { condition: 'strained' } as const;
const AWAY = { condition: 'unreachable' } as const;

/**
 * Why an attempt, or a delivery, failed: every code there is. Codes are stable: users see them, programs match them,
 * metrics count them. docs/attempt-errors.md says of each what to do.
 */
export const ATTEMPT_ERRORS = {
  // What the receiver said.
  http_error: error('The receiver answered with an error'),
  redirect: error('The receiver answered with a redirect, and redirects are not followed'),
  endpoint_gone: error('The receiver answered 410 Gone: it wants no more', FINAL),
  endpoint_disabled: error('The receiver asked for no more (webhook-delivery: disable)', FINAL),
  delivery_aborted: error(
    'The receiver asked not to be sent this again (webhook-delivery: abort-message)',
    FINAL,
  ),
  invalid_response: error('The answer is not valid HTTP', AWAY),
  response_headers_too_large: error('The headers of the answer are larger than 16 KB'),
  // What the endpoint's transformation came to.
  transformation_failed: error('The transformation failed'),
  transformation_timeout: error('The transformation took too long'),
  transformation_suspended: error(
    'The transformation took too long again and again: it is not run for a while',
  ),
  // What became of the connection.
  timeout: error('No answer in time', STRAIN),
  connect_timeout: error('The connection could not be made in time', STRAIN),
  connection_refused: error('The connection was refused', AWAY),
  connection_reset: error('The connection was closed before the answer', AWAY),
  unreachable: error('There is no way to the address', AWAY),
  network_error: error('The network failed', AWAY),
  dns_error: error('The host name does not resolve', AWAY),
  // Who the receiver is, and who we are.
  certificate_expired: error('The certificate of the receiver has expired, or is not valid yet', AWAY),
  certificate_untrusted: error(
    'The certificate of the receiver is not from an authority that is trusted',
    AWAY,
  ),
  certificate_mismatch: error('The certificate of the receiver is for another host', AWAY),
  client_certificate_refused: error('The receiver did not accept our client certificate, or wants one'),
  client_certificate_invalid: error('The client certificate of the endpoint cannot be used'),
  tls_error: error('TLS failed', AWAY),
  // What was never sent.
  auth_failed: error('No credentials for the endpoint could be had'),
  address_not_allowed: error('The destination is not allowed'),
  invalid_request: error('The request cannot be made'),
  request_unreadable: error('The request that came in cannot be read, and so not be sent on'),
  endpoint_deleted: error('The endpoint was deleted', FINAL),
  loop_detected: error(
    'The event has come through this installation too often: an endpoint leads back to a source',
    FINAL,
  ),
  internal_error: error('Hookline itself failed: its log has the cause'),
  attempts_lost: error('It was taken up again and again, and no attempt came to an end', FINAL),
  deadline_exceeded: error('The deadline of the delivery would have passed before the next attempt', FINAL),
} satisfies Record<string, AttemptError>;

export type AttemptErrorCode = keyof typeof ATTEMPT_ERRORS;

export interface AttemptFailure {
  code: AttemptErrorCode;
  message: string;
}

/** @param message where there is more to say than the catalogue does */
export function failWith(
  code: AttemptErrorCode,
  message: string = ATTEMPT_ERRORS[code].text,
): AttemptFailure {
  return { code, message };
}
