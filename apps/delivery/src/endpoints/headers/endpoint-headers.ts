import { ApiError } from '@hookline/contracts';
import type { StoredHeaders } from '@hookline/db/delivery';
import { isSensitiveHeader, REDACTED } from './redact-headers.ts';

/**
 * Headers that say how the message is framed, encoded or routed. A value that a tenant sets would contradict the
 * message, and the receiver, or a proxy before it, would read a different message.
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
  // The form of the body: RFC 9110 (8.3, 8.4, 14.4), RFC 9530.
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
  // Only browsers set these headers.
  'cookie',
  'cookie2',
]);
const FAMILIES_OF_HTTP = /^(proxy-|(x-)?hookline-)/i;
const OF_SIGNATURES = /^(webhook-|x-webhook-)/i;
const MAX_HEADERS = 50;
/**
 * The token of RFC 9110. It is checked here because a Record in a schema accepts names that do not match its pattern.
 */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Whether Hookline or HTTP itself sets a header on every request, whatever the settings of the endpoint. */
export const isHeaderOfHttp = (name: string) =>
  OF_HTTP.has(name.toLowerCase()) || FAMILIES_OF_HTTP.test(name);

/** Whether a tenant may not set a header: it is a header of HTTP, or receivers verify signatures by it. */
export const isReservedHeader = (name: string) => isHeaderOfHttp(name) || OF_SIGNATURES.test(name);

/** Why a tenant may not set a header; undefined if the tenant may. */
export function refuseHeader(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `${JSON.stringify(name)} is not a valid header name`;
  if (isReservedHeader(name)) return `${name} is set by Hookline or by HTTP itself`;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    return `the value of ${name} has characters that a header cannot carry`;
  return undefined;
}

/**
 * Merges the headers of an API request into the stored headers. A header whose value is null is removed. A redacted
 * value, as the API shows it, keeps the stored value. Names are compared without regard to case.
 * @param given null: removes all headers
 * @param seal seals the value of a header whose name says that the value is a secret
 * @throws ApiError `invalid_request` for a header that Hookline sets or that HTTP cannot carry, for a header that is
 *   given twice, and for a redacted value if no value is stored
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
    if (named.has(key)) refuse(`body/headers: ${name} is given twice`);
    named.add(key);
    if (!isSensitiveHeader(name)) headers[name] = value;
    else if (value !== REDACTED) headers[name] = seal(name, value);
    else
      headers[name] =
        known.get(key) ??
        refuse(`body/headers/${name} must be the real value: it is redacted, and no value is stored`);
  }
  const count = Object.keys(headers).length;
  if (count > MAX_HEADERS)
    refuse(`body/headers: the endpoint would have ${count} headers; the maximum is ${MAX_HEADERS}`);
  return headers;
}

function refuse(message: string): never {
  throw new ApiError('invalid_request', { message });
}
