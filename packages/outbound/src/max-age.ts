/** The seconds for which a `Cache-Control` header allows its document to be cached; undefined if it does not say. */
export function maxAgeOf(cacheControl: string | undefined): number | undefined {
  for (const directive of (cacheControl ?? '').toLowerCase().split(',')) {
    const [name = '', value = ''] = directive.split('=', 2).map((part) => part.trim());
    if (name === 'no-store' || name === 'no-cache') return 0;
    const seconds = name === 'max-age' ? /^"?(\d{1,10})"?$/.exec(value)?.[1] : undefined;
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}
