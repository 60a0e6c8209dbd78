/** Why an attempt failed; stable, shown to users and counted in metrics. */
export type AttemptErrorCode =
  | 'http_error'
  | 'redirect'
  | 'endpoint_gone'
  | 'timeout'
  | 'dns_error'
  | 'connection_refused'
  | 'connection_reset'
  | 'network_error'
  | 'tls_error'
  | 'invalid_response'
  | 'address_not_allowed'
  | 'invalid_request'
  | 'endpoint_deleted'
  | 'transformation_failed'
  | 'transformation_timeout';

export interface AttemptFailure {
  code: AttemptErrorCode;
  message: string;
}

/** Whether an answer is a success, and if not, why. */
export function classifyStatus(status: number): AttemptFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410)
    return { code: 'endpoint_gone', message: 'The receiver answered 410 Gone: it wants no more' };
  if (status >= 300 && status < 400) {
    return { code: 'redirect', message: `The receiver answered ${status}: redirects are not followed` };
  }
  return { code: 'http_error', message: `The receiver answered ${status}` };
}

/** What a thrown network error was, in words a receiver's operator can act on. */
export function classifyError(error: unknown): AttemptFailure {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'address_not_allowed') {
    // Which address it was would tell a tenant about our network.
    return { code: 'address_not_allowed', message: 'The destination is not allowed' };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA' || code === 'ESERVFAIL') {
    return { code: 'dns_error', message: `The host name does not resolve (${code})` };
  }
  if (code === 'ECONNREFUSED') return { code: 'connection_refused', message: 'The connection was refused' };
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') {
    return { code: 'connection_reset', message: 'The connection was closed before the answer' };
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { code: 'timeout', message: 'The connection could not be made in time' };
  }
  // undici's parser says what is wrong in words alone.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return { code: 'invalid_response', message: `The answer is not valid HTTP: ${text}` };
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return { code: 'invalid_response', message: `The answer is not valid HTTP (${code})` };
  }
  if (code === 'UND_ERR_INVALID_ARG')
    return { code: 'invalid_request', message: `The request cannot be made: ${text}` };
  if (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    code.startsWith('CERT_') ||
    TLS_CODES.has(code)
  ) {
    return { code: 'tls_error', message: `TLS failed (${code})` };
  }
  return { code: 'network_error', message: code ? `The network failed (${code})` : text };
}

const TLS_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'EPROTO',
]);
