import type { StoredHeaders } from '@hookline/db/delivery';

export const REDACTED = '[redacted]';

/** Any kind of key is one to a door, but for those that say what belongs together. */
const SENSITIVE =
  /^(cookie|set-cookie2?|key)$|authorization|token|secret|password|passphrase|credential|(api|access|auth)[-_]?key|(?<!cache|idempotency|partition|routing|surrogate)[-_]key$|[-_]auth$/i;

/** Whether a header's name says that its value is nobody else's business. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);

/** What looks like a secret, or is stored as one, is never shown. */
export function redactHeaders(headers: Readonly<StoredHeaders>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value !== 'string' || isSensitiveHeader(name) ? REDACTED : value,
    ]),
  );
}

/** Ours, whose values are known to be harmless. */
const SHOWN = /^(content-type|user-agent|webhook-(id|timestamp)|x-webhook-(id|event|timestamp))$/;
const SIGNATURE_START = 12;

/**
 * The headers of a request as they may be shown: a signature by its beginning, which is enough to compare; of what
 * the endpoint adds only the names, since a credential can be in any of them.
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

/** The headers of an answer, bounded in number and length, as they may be kept. */
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
