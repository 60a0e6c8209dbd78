import { ApiError } from '@hookline/contracts';
import type { StoredHeaders } from '@hookline/db/delivery';
import { isSensitiveHeader, REDACTED } from './redact-headers.ts';

/**
 * Headers that say how the message is framed, encoded or routed. A value of a tenant's own would contradict what is
 * sent, and the receiver, or a proxy before it, would read another message.
 */
const OF_HTTP: ReadonlySet<string> = new Set([
  // Framing and routing: RFC 9110 (7.2, 7.6, 8.6, 10.1), RFC 9112 (6.1), RFC 9113 (8.2.2).
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'max-forwards',
  'via',
  'http2-settings',
  'alt-used',
  // The body, as it is sent: RFC 9110 (8.3, 8.4, 14.4), RFC 9530.
  'content-type',
  'content-encoding',
  'content-range',
  'content-digest',
  'repr-digest',
  'digest',
  'content-md5',
  // Set for each request by Hookline.
  'user-agent',
  'traceparent',
  'tracestate',
  // Of browsers, which Hookline is none of.
  'cookie',
  'cookie2',
]);
const FAMILIES_OF_HTTP = /^(proxy-|(x-)?hookline-)/i;
const OF_SIGNATURES = /^(webhook-|x-webhook-)/i;
const MAX_HEADERS = 50;
/** RFC 9110's token; a Record in a schema lets names through that do not match its pattern. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Headers that Hookline or HTTP itself sets, on every request, whatever an endpoint's settings are. */
export const isHeaderOfHttp = (name: string) =>
  OF_HTTP.has(name.toLowerCase()) || FAMILIES_OF_HTTP.test(name);

/** Those, and the ones that signatures go by. */
export const isReservedHeader = (name: string) => isHeaderOfHttp(name) || OF_SIGNATURES.test(name);

/** Why a header cannot be a tenant's to set; undefined when it can. */
export function refuseHeader(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `${JSON.stringify(name)} is no name of a header`;
  if (isReservedHeader(name)) return `${name} is set by Hookline or by HTTP itself`;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    return `the value of ${name} has characters that a header cannot carry`;
  return undefined;
}

/**
 * The headers that a request asks for, as they are stored: merged with what is there, without those that are null. A value
 * that is sent back as it was shown, redacted, keeps the stored one. Names are the same whatever their case.
 * @param given null: none
 * @param seal for values whose names say that they are secrets
 * @throws ApiError `invalid_request` for headers that are ours to set, or that no HTTP request can carry, for one that
 *   is named twice, and for a redacted value where there is none to keep
 */
export function readHeaders(
  given: Readonly<Record<string, string | null | undefined>> | null,
  current: Readonly<StoredHeaders>,
  seal: (name: string, value: string) => StoredHeaders[string],
): StoredHeaders {
  const known = new Map(Object.entries(current).map(([name, value]) => [name.toLowerCase(), value]));
  if (given === null) return {};
  const named = new Set<string>();
  const isGiven = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const headers: StoredHeaders = Object.fromEntries(
    Object.entries(current).filter(([name]) => !isGiven.has(name.toLowerCase())),
  );
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const refusal = refuseHeader(name, value);
    if (refusal !== undefined) refuse(`body/headers: ${refusal}`);
    const key = name.toLowerCase();
    if (named.has(key)) refuse(`body/headers: ${name} is there twice`);
    named.add(key);
    if (!isSensitiveHeader(name)) headers[name] = value;
    else if (value !== REDACTED) headers[name] = seal(name, value);
    else
      headers[name] =
        known.get(key) ??
        refuse(`body/headers/${name} must be the real value: it is redacted, and no value is stored`);
  }
  const count = Object.keys(headers).length;
  if (count > MAX_HEADERS) refuse(`body/headers: there would be ${count}; there may be ${MAX_HEADERS}`);
  return headers;
}

function refuse(message: string): never {
  throw new ApiError('invalid_request', { message });
}
