import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { ApiError, type EndpointAuth } from '@hookline/contracts';
import type { AddressGuard } from '@hookline/outbound';
import { isReservedHeader } from '../../../endpoints/headers/endpoint-headers.ts';
import { checkEndpointUrl } from './check-endpoint-url.ts';

/** The characters of a header value. A line break would start another header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** The characters of an OAuth client id or secret (RFC 6749, appendix A). */
const VSCHAR = /^[\x20-\x7e]*$/;
const BEGIN_CERTIFICATE = '-----BEGIN CERTIFICATE-----';
const END_CERTIFICATE = '-----END CERTIFICATE-----';

/**
 * Checks credentials before they are saved, so that the first delivery does not fail because of them.
 * @returns the credentials with a normalized URL
 * @throws ApiError `invalid_request` or `endpoint_url_not_allowed`
 */
export function checkAuth(auth: EndpointAuth, guard: AddressGuard, nowMs = Date.now()): EndpointAuth {
  switch (auth.type) {
    case 'basic':
      if (auth.username.includes(':')) refuse('username', 'must not have a colon, because a colon ends it');
      if (/\p{Cc}/u.test(auth.username)) refuse('username', 'must not have control characters');
      if (/\p{Cc}/u.test(auth.password)) refuse('password', 'must not have control characters');
      return auth;
    case 'bearer':
      if (!/^[\x21-\x7e]+$/.test(auth.token)) refuse('token', 'must be printable ASCII without spaces');
      return auth;
    case 'api_key':
      if (isReservedHeader(auth.header))
        refuse('header', `must not be ${auth.header}, which Hookline or HTTP itself sets`);
      if (!HEADER_VALUE.test(auth.key)) refuse('key', 'must have only characters that a header value allows');
      if (auth.key.trim() !== auth.key)
        refuse('key', 'must not begin or end with white space, which HTTP removes from a header');
      return auth;
    case 'oauth2_client_credentials': {
      for (const field of ['clientId', 'clientSecret', 'scope', 'audience'] as const) {
        if (!VSCHAR.test(auth[field] ?? '')) refuse(field, 'must be printable ASCII');
      }
      const tokenUrl = checkEndpointUrl(auth.tokenUrl, guard, 'auth/tokenUrl');
      if (!tokenUrl.startsWith('https:') && !guard.allowsPrivate)
        refuse('tokenUrl', 'must be an https URL, because the client secret is sent to it');
      return { ...auth, tokenUrl };
    }
    case 'mtls':
      checkClientCertificate(auth, nowMs);
      return auth;
  }
}

function checkClientCertificate(auth: Extract<EndpointAuth, { type: 'mtls' }>, nowMs: number): void {
  const [certificate] = readCertificates('certificate', auth.certificate);
  const until = Date.parse(certificate.validTo);
  if (until <= nowMs) refuse('certificate', `must be valid: it expired on ${new Date(until).toISOString()}`);
  const from = Date.parse(certificate.validFrom);
  if (from > nowMs)
    refuse('certificate', `must be valid: it is not valid before ${new Date(from).toISOString()}`);
  let belongs: boolean;
  try {
    belongs = certificate.checkPrivateKey(createPrivateKey(auth.privateKey));
  } catch {
    // Without the cause: OpenSSL's message does not help, and could put the key into a log.
    refuse('privateKey', 'must be a private key in PEM without a passphrase');
  }
  if (!belongs) refuse('privateKey', 'must be the key of the certificate');
  if (auth.caCertificate !== undefined) readCertificates('caCertificate', auth.caCertificate);
  try {
    createSecureContext({ cert: auth.certificate, key: auth.privateKey, ca: auth.caCertificate });
  } catch {
    refuse('certificate', 'must be usable for TLS: its key is too weak, or its chain is not in order');
  }
}

function readCertificates(field: string, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = certificateBlocks(text);
  try {
    const [first, ...others] = blocks.map((pem) => new X509Certificate(pem));
    if (first !== undefined) return [first, ...others];
  } catch {
    refuse(field, 'must have only complete certificates: was it copied whole?');
  }
  return refuse(field, 'must be a certificate in PEM, which begins with "-----BEGIN CERTIFICATE-----"');
}

/** The certificates of a PEM text, each with its first and last line. */
function certificateBlocks(text: string): string[] {
  return text
    .split(BEGIN_CERTIFICATE)
    .slice(1)
    .filter((rest) => rest.includes(END_CERTIFICATE))
    .map((rest) => BEGIN_CERTIFICATE + rest.slice(0, rest.indexOf(END_CERTIFICATE)) + END_CERTIFICATE);
}

function refuse(field: string, why: string): never {
  throw new ApiError('invalid_request', { message: `body/auth/${field} ${why}` });
}
