import type { IncomingHttpHeaders } from 'node:http';
import { namesSecret } from '@hookline/contracts';

/**
 * Selects the stored headers of a refused request: those that help to explain it. All others may be personal or
 * secret.
 */
const KEPT = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'host',
  'transfer-encoding',
  'traceparent',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);
const KEPT_PREFIXES = ['stripe-', 'svix-', 'webhook-', 'x-github-', 'x-hub-', 'x-slack-'];
const REDACTED = /signature|authorization|hmac|digest/;
/** Enough to tell two signatures apart and to see their scheme, but too little to use. */
const SHOWN_CHARACTERS = 8;
const MAX_VALUE_LENGTH = 500;

export function redactHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // Not even the beginning of a secret is stored: the secret may be that short. That of `authorization` is the scheme.
    if (value === undefined || (name !== 'authorization' && namesSecret(name))) continue;
    if (!(KEPT.has(name) || KEPT_PREFIXES.some((prefix) => name.startsWith(prefix)))) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    kept[name] =
      REDACTED.test(name) && text.length > SHOWN_CHARACTERS
        ? `${text.slice(0, SHOWN_CHARACTERS)}…`
        : text.slice(0, MAX_VALUE_LENGTH);
  }
  return kept;
}
