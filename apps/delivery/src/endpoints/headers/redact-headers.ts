import { namesSecret } from '@hookline/contracts';
import type { StoredHeaders } from '@hookline/db/delivery';

export const REDACTED = '[redacted]';

/** Any name that ends in "key" counts as a secret, except keys that only group or identify requests. */
const SENSITIVE = /^set-cookie2?$|(?<!cache|idempotency|partition|routing|surrogate)[-_]key$/i;

/** Whether the name of a header says that its value is a secret. */
export const isSensitiveHeader = (name: string): boolean => namesSecret(name) || SENSITIVE.test(name);

/** Redacts each value that is stored as a secret or whose name says that it is one. */
export function redactHeaders(headers: Readonly<StoredHeaders>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value !== 'string' || isSensitiveHeader(name) ? REDACTED : value,
    ]),
  );
}

/** Headers that Hookline sets and whose values are never secret. */
const SHOWN =
  /^(accept|content-type|traceparent|user-agent|webhook-(id|timestamp)|x-webhook-(id|event|timestamp))$/;
const SIGNATURE_START = 12;

/**
 * The headers of a request as the API shows them. A signature is cut to its beginning, which is enough to compare.
 * Values of the endpoint's own headers are redacted, because any of them can hold a credential.
 */
export function showRequestHeaders(
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers)) {
    const value = String(values);
    if (SHOWN.test(name)) shown[name] = value;
    else if (/signature|^hookline-hops$/i.test(name) && !isSensitiveHeader(name))
      shown[name] = `${value.slice(0, SIGNATURE_START)}…`;
    else shown[name] = REDACTED;
  }
  return shown;
}

const MAX_HEADERS = 50;
const MAX_VALUE_LENGTH = 1_000;

/** The headers of an answer as they are stored: bounded in number and length, with secrets redacted. */
export function keepResponseHeaders(
  received: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(received)) {
    if (value === undefined) continue;
    if (count++ === MAX_HEADERS) break;
    kept[name] = isSensitiveHeader(name) ? REDACTED : String(value).slice(0, MAX_VALUE_LENGTH);
  }
  return kept;
}
