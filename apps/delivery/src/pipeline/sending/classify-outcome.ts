import { type AttemptErrorCode, type AttemptFailure, failWith } from '../delivery/attempt-errors.ts';

/** Whether a status is a success, and if not, the failure. */
export function classifyStatus(status: number): AttemptFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410) return failWith('endpoint_gone');
  if (status >= 300 && status < 400)
    return failWith('redirect', `The receiver answered ${status}: redirects are not followed`);
  return failWith('http_error', `The receiver answered ${status}`);
}

/** Node's, OpenSSL's and undici's codes. */
const CODES: Record<string, AttemptErrorCode> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'response_headers_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'invalid_response',
  UND_ERR_INVALID_ARG: 'invalid_request',
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_untrusted',
  CERT_UNTRUSTED: 'certificate_untrusted',
  CERT_SIGNATURE_FAILURE: 'certificate_untrusted',
  CERT_REVOKED: 'certificate_untrusted',
  INVALID_CA: 'certificate_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_mismatch',
  HOSTNAME_MISMATCH: 'certificate_mismatch',
  EPROTO: 'tls_error',
  client_certificate_invalid: 'client_certificate_invalid',
  // The address would tell a tenant about the internal network.
  address_not_allowed: 'address_not_allowed',
};
/** TLS alerts by which a receiver refuses the client certificate. */
const CLIENT_CERTIFICATE_ALERT =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNKNOWN_CA)/;
/** Codes whose error text is more exact than the catalogue's. */
const TELLING = new Set<AttemptErrorCode>(['invalid_request', 'client_certificate_invalid']);

/** Classifies a network error, with a message that a receiver's operator can act on. */
export function classifyError(error: unknown): AttemptFailure {
  const { code: given, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  const code = String(given ?? '');
  const text = error instanceof Error ? error.message : String(error);
  // A DNS server that refuses or times out gives the same codes as a connection.
  if (typeof syscall === 'string' && /^(getaddrinfo|query)/.test(syscall))
    return failWith('dns_error', `The host name does not resolve (${code})`);
  // undici's parser, and its check of the order of answers, give a text and no code.
  if (error instanceof Error && error.name === 'HTTPParserError')
    return failWith('invalid_response', `The answer is not valid HTTP: ${text}`);
  if (code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)/.test(text))
    return failWith(
      'invalid_response',
      'The answer is not valid HTTP: an interim answer that nobody asked for',
    );
  const known = CODES[code];
  if (known !== undefined) return TELLING.has(known) ? failWith(known, text) : failWith(known);
  // HTTP/2 streams and sessions that were reset have no codes of their own.
  if (code === 'UND_ERR_INFO' || code.startsWith('ERR_HTTP2'))
    return failWith(
      'connection_reset',
      `The connection was closed before the answer (${text.slice(0, 200)})`,
    );
  if (CLIENT_CERTIFICATE_ALERT.test(code)) return failWith('client_certificate_refused');
  if (/^(ERR_TLS|ERR_SSL|CERT_)/.test(code)) return failWith('tls_error', `TLS failed (${code})`);
  return failWith('network_error', code ? `The network failed (${code})` : text.slice(0, 500));
}
