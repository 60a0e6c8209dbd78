interface AttemptError {
  /** The message where no more exact one is known. */
  text: string;
  /** Whether the endpoint's policy may retry; otherwise the delivery gives up at once. */
  isRetryable: boolean;
  /** What the error says about the receiver, for its lane. An error of Hookline's own counts as `answered`. */
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
 * All codes of why an attempt or a delivery failed. Codes are stable: users see them, programs match them and
 * metrics count them. docs/attempt-errors.md has advice for each.
 */
export const ATTEMPT_ERRORS = {
  // The receiver's answer.
  http_error: error('The receiver answered with an error'),
  redirect: error('The receiver answered with a redirect, and redirects are not followed'),
  endpoint_gone: error('The receiver answered 410 Gone: it wants no more events', FINAL),
  endpoint_disabled: error('The receiver asked for no more events (webhook-delivery: disable)', FINAL),
  delivery_aborted: error(
    'The receiver asked not to get this event again (webhook-delivery: abort-message)',
    FINAL,
  ),
  invalid_response: error('The answer is not valid HTTP', AWAY),
  response_headers_too_large: error('The headers of the answer are larger than 16 KB'),
  // The endpoint's transformation.
  transformation_failed: error('The transformation failed'),
  transformation_timeout: error('The transformation took too long'),
  transformation_suspended: error(
    'The transformation took too long several times, and is suspended for a while',
  ),
  // The connection.
  timeout: error('No answer in time', STRAIN),
  connect_timeout: error('The connection could not be established in time', STRAIN),
  connection_refused: error('The connection was refused', AWAY),
  connection_reset: error('The connection was closed before the answer', AWAY),
  unreachable: error('There is no route to the address', AWAY),
  network_error: error('The network failed', AWAY),
  dns_error: error('The host name does not resolve', AWAY),
  // Certificates.
  certificate_expired: error('The certificate of the receiver has expired, or is not valid yet', AWAY),
  certificate_untrusted: error('The certificate of the receiver is not from a trusted authority', AWAY),
  certificate_mismatch: error('The certificate of the receiver is for another host', AWAY),
  client_certificate_refused: error(
    'The receiver requires a client certificate, or did not accept the one that was sent',
  ),
  client_certificate_invalid: error('The client certificate of the endpoint cannot be used'),
  tls_error: error('TLS failed', AWAY),
  // Nothing was sent.
  auth_failed: error('Could not obtain credentials for the endpoint'),
  address_not_allowed: error('The destination is not allowed'),
  invalid_request: error('The request cannot be made'),
  request_unreadable: error('The kept request cannot be read, so it cannot be forwarded'),
  endpoint_deleted: error('The endpoint was deleted', FINAL),
  loop_detected: error(
    'The event has passed through this installation too often: a receiver sends events back to a source',
    FINAL,
  ),
  internal_error: error('An internal error of Hookline: its log has the cause'),
  attempts_lost: error('The delivery was claimed again and again, and no attempt was completed', FINAL),
  deadline_exceeded: error('The deadline of the delivery would have passed before the next attempt', FINAL),
} satisfies Record<string, AttemptError>;

export type AttemptErrorCode = keyof typeof ATTEMPT_ERRORS;

export interface AttemptFailure {
  code: AttemptErrorCode;
  message: string;
}

/** @param message a more exact message than the catalogue's */
export function failWith(
  code: AttemptErrorCode,
  message: string = ATTEMPT_ERRORS[code].text,
): AttemptFailure {
  return { code, message };
}
