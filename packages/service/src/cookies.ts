import type { IncomingHttpHeaders } from 'node:http';

export interface Cookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

const MAX_HEADER_LENGTH = 16_384;
const SECURE_PREFIX = '__Host-';

/**
 * The name of a cookie at an origin. `__Host-` binds a cookie to the host and needs TLS, so over plain HTTP the name has no
 * such prefix.
 */
export function cookieName(name: string, origin: string): string {
  return origin.startsWith('https:') ? `${SECURE_PREFIX}${name}` : name;
}

/** The value of a cookie; undefined if it is missing or there are several, of which one may be somebody else's. */
export function readCookie({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  if (cookie === undefined || cookie.length > MAX_HEADER_LENGTH) return undefined;
  const values = cookie
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

/** The header that sets a cookie. `Lax`: the browser sends it with a link or a redirect from another site. */
export function setCookie({ name, value, maxAgeSeconds }: Cookie): string {
  return [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds}`,
    ...(name.startsWith(SECURE_PREFIX) ? ['Secure'] : []),
  ].join('; ');
}

export const clearCookie = (name: string): string => setCookie({ name, value: '', maxAgeSeconds: 0 });
