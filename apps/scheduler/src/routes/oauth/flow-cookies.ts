import type { FlowCookie } from '../../accounts/oauth-flows.ts';

const MAX_HEADER_LENGTH = 16_384;
const VALUE = /^[A-Za-z0-9_-]{1,100}$/;

/** The value of a cookie in a request; undefined if it is missing or ambiguous. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined;
}

/**
 * The header that sets a flow's cookie. `Lax`: the browser sends it with the redirect that comes from the provider.
 */
export function setCookie({ name, value, isSecure, maxAgeSeconds }: FlowCookie): string {
  return [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds}`,
    ...(isSecure ? ['Secure'] : []),
  ].join('; ');
}

export const clearCookie = (name: string) =>
  setCookie({ name, value: '', isSecure: name.startsWith('__Host-'), maxAgeSeconds: 0 });
