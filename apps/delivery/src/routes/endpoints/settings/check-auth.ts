import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { ApiError, type EndpointAuth } from '@hookline/contracts';
import type { AddressGuard } from '@hookline/outbound';
import { isReservedHeader } from '../../../endpoints/headers/endpoint-headers.ts';
import { checkEndpointUrl } from './check-endpoint-url.ts';

/** What a header can carry; a line break would be the start of another one. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What OAuth allows in client ids and secrets (RFC 6749, appendix A). */
const VSCHAR = /^[\x20-\x7e]*$/;
const BEGIN_CERTIFICATE = '-----BEGIN CERTIFICATE-----';
const END_CERTIFICATE = '-----END CERTIFICATE-----';

/**
 * Credentials that can work: found out now, by whoever saves them, rather than by the first delivery.
 * @returns the credentials, their URL in its normal form
 * @throws ApiError `invalid_request` or `endpoint_url_not_allowed`
 */
export function checkAuth(auth: EndpointAuth, guard: AddressGuard, nowMs = Date.now()): EndpointAuth {
  switch (auth.type) {
    case 'basic':
      if (auth.username.includes(':')) refuse('username', 'must not have a colon, which ends it');
      if (/\p{Cc}/u.test(auth.username)) refuse('username', 'has control characters');
      if (/\p{Cc}/u.test(auth.password)) refuse('password', 'has control characters');
      return auth;
    case 'bearer':
      if (!/^[\x21-\x7e]+$/.test(auth.token))
        refuse('token', 'has characters that no token has: spaces, line breaks, or other than ASCII');
      return auth;
    case 'api_key':
      if (isReservedHeader(auth.header))
        refuse('header', `${auth.header} is set by Hookline or by HTTP itself`);
      if (!HEADER_VALUE.test(auth.key)) refuse('key', 'has characters that a header cannot carry');
      if (auth.key.trim() !== auth.key)
        refuse('key', 'begins or ends with white space, which HTTP takes off a header');
      return auth;
    case 'oauth2_client_credentials': {
      for (const field of ['clientId', 'clientSecret', 'scope', 'audience'] as const) {
        if (!VSCHAR.test(auth[field] ?? '')) refuse(field, 'has characters other than printable ASCII');
      }
      const tokenUrl = checkEndpointUrl(auth.tokenUrl, guard, 'auth/tokenUrl');
      if (!tokenUrl.startsWith('https:') && !guard.allowsPrivate)
        refuse('tokenUrl', 'must be https: the client secret is sent there');
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
  if (until <= nowMs) refuse('certificate', `expired on ${new Date(until).toISOString()}`);
  const from = Date.parse(certificate.validFrom);
  if (from > nowMs) refuse('certificate', `is not valid before ${new Date(from).toISOString()}`);
  let belongs: boolean;
  try {
    belongs = certificate.checkPrivateKey(createPrivateKey(auth.privateKey));
  } catch {
    // Not the cause: OpenSSL's words help nobody, and the key must not get into a log with them.
    refuse('privateKey', 'is not a private key in PEM, or is encrypted: give it without a passphrase');
  }
  if (!belongs) refuse('privateKey', "is another certificate's: the two do not belong together");
  if (auth.caCertificate !== undefined) readCertificates('caCertificate', auth.caCertificate);
  try {
    createSecureContext({ cert: auth.certificate, key: auth.privateKey, ca: auth.caCertificate });
  } catch {
    refuse('certificate', 'cannot be used for TLS: its key is too weak, or its chain is not in order');
  }
}

function readCertificates(field: string, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = certificateBlocks(text);
  try {
    const [first, ...others] = blocks.map((pem) => new X509Certificate(pem));
    if (first !== undefined) return [first, ...others];
  } catch {
    refuse(field, 'has a part that is not a certificate: was it copied whole?');
  }
  return refuse(field, 'is not a certificate in PEM: it begins with "-----BEGIN CERTIFICATE-----"');
}

/** Each certificate of a PEM text, its first and last line included. */
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
