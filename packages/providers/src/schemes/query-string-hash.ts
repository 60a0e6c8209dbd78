import { createHash } from 'node:crypto';

/**
 * Atlassian's `qsh`: the SHA-256, in hex, of method, path and sorted query. Values of one name are sorted and joined by
 * commas; `jwt` is omitted. Undefined for an invalid address.
 */
export function queryStringHash(method: string, url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  const names = [...new Set(parsed.searchParams.keys())].filter((name) => name !== 'jwt').sort();
  const query = names.map((name) => {
    const values = parsed.searchParams.getAll(name).sort().map(encodeRfc3986);
    return `${encodeRfc3986(name)}=${values.join(',')}`;
  });
  const path = (parsed.pathname.replace(/(?<=.)\/$/, '') || '/').replaceAll('&', '%26');
  return createHash('sha256')
    .update(`${method.toUpperCase()}&${path}&${query.join('&')}`)
    .digest('hex');
}

/** RFC 3986: all but letters, digits and `-._~`. */
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
