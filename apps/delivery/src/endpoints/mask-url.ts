import { namesSecret } from '@hookline/contracts';
import { REDACTED } from './headers/redact-headers.ts';

/** Names of path segments before a value that gives access. Not `auth` or `session`: they begin many harmless paths. */
const SENSITIVE_SEGMENT =
  /^(key|code|sig|hmac|jwt|sas|apikey|pwd|access)$|token|secret|signature|passw|credential|(api|access|auth|private|shared|function|webhook)[-_]?key/i;
/** A signature in an address gives access, as a password does. */
const SIGNATURE = /^(sig|hmac|sas)$|signature/i;

/** Services whose URLs have a secret in the path. The captured part of the path is the secret. */
const WELL_KNOWN: readonly (readonly [host: RegExp, path: RegExp])[] = [
  [/(^|\.)slack(-gov)?\.com$/, /^\/(?:services|workflows|triggers)\/(?:[^/]*\/)*([^/]+)\/?$/d],
  [/(^|\.)discord(app)?\.com$/, /^\/api\/(?:v\d+\/)?webhooks\/[^/]+\/([^/]+)/d],
  [/^api\.telegram\.org$/, /^\/(?:file\/)?bot[^/:]*(?::|%3A)([^/]+)/di],
  [/(^|\.)webhook\.office\.com$/, /^\/webhookb2\/[^/]+\/[^/]+\/([^/]+)/d],
  [/^hooks\.zapier\.com$/, /^\/hooks\/catch\/[^/]+\/([^/]+)/d],
];

const RUN = /[A-Za-z0-9]{16,}/g;
const WIDE_RUN = /[A-Za-z0-9_-]{20,}/g;

/** Whether a text is random letters and digits, like a token. A UUID, a slug or a number is not. */
function looksLikeToken(text: string): boolean {
  const isMixed = (run: string) => /[0-9]/.test(run) && /[A-Za-z]/.test(run);
  const isVaried = (run: string) => isMixed(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
  return (text.match(RUN) ?? []).some(isMixed) || (text.match(WIDE_RUN) ?? []).some(isVaried);
}

/**
 * Masks a URL so that it can be shown: a token, a key or a signature in its path or query becomes `[redacted]`. A
 * secret is recognised by the parameter's name, by the URL forms of well-known services, and by its random characters.
 * The same URL always gives the same text.
 * @param href normalised, without user info and fragment
 */
export function maskUrl(href: string): string {
  const { origin, hostname, pathname, search } = new URL(href);
  return origin + maskPath(hostname, pathname) + maskQuery(search);
}

/** Whether a URL was masked, so that the secret in it is unknown. */
export const isMasked = (href: string): boolean => href.includes(REDACTED);

function maskPath(hostname: string, pathname: string): string {
  for (const [host, path] of WELL_KNOWN) {
    if (!host.test(hostname)) continue;
    const found = path.exec(pathname)?.indices?.[1];
    if (found) return `${pathname.slice(0, found[0])}${REDACTED}${pathname.slice(found[1])}`;
  }
  const segments = pathname.split('/');
  return segments
    .map((segment, index) => {
      const isNamed = segment !== '' && SENSITIVE_SEGMENT.test(segments[index - 1] ?? '');
      return isNamed || looksLikeToken(segment) ? REDACTED : segment;
    })
    .join('/');
}

function maskQuery(search: string): string {
  if (search === '') return '';
  const pairs = search.slice(1).split('&');
  return `?${pairs.map(maskPair).join('&')}`;
}

function maskPair(pair: string): string {
  const equals = pair.indexOf('=');
  // A parameter without a value may be a token itself.
  if (equals === -1) return looksLikeToken(pair) ? REDACTED : pair;
  const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
  const isSecret = namesSecret(name) || SIGNATURE.test(name) || looksLikeToken(value);
  return value !== '' && isSecret ? `${name}=${REDACTED}` : pair;
}
