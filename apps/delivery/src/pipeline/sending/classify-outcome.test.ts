import { expect, test } from 'vitest';
import { classifyError } from './classify-outcome.ts';

const failure = (code: string, message = 'm') => Object.assign(new Error(message), { code });

test.each([
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['ERR_HTTP2_STREAM_ERROR', 'connection_reset'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client_certificate_refused'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client_certificate_refused'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_error'],
  ['UND_ERR_INVALID_ARG', 'invalid_request'],
  ['EMFILE', 'network_error'],
])('%s is %s', (code, expected) => expect(classifyError(failure(code)).code).toBe(expected));

test('a failure of DNS is not taken for a failure of the receiver', () => {
  const refused = Object.assign(failure('ECONNREFUSED'), { syscall: 'queryAaaa' });
  expect(classifyError(refused)).toEqual({
    code: 'dns_error',
    message: 'The host name does not resolve (ECONNREFUSED)',
  });
});

test('an unknown error is a network error with its own message', () => {
  expect(classifyError(failure('EWHATEVER'))).toEqual({
    code: 'network_error',
    message: 'The network failed (EWHATEVER)',
  });
  expect(classifyError(new Error('odd'))).toEqual({ code: 'network_error', message: 'odd' });
  expect(classifyError(undefined).code).toBe('network_error');
});
