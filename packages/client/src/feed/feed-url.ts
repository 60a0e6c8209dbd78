import type { FEED_PATH } from '@hookline/contracts';

/** Written again, and compared by the compiler, so that the contracts' schemas stay out of a browser's bundle. */
const PATH: typeof FEED_PATH = '/ws/webhooks';

/** `https://host` → `wss://host/ws/webhooks`. An address with a path is the address of the feed already. */
export function toFeedUrl(address: string): string {
  const url = new URL(address);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  else if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.pathname === '/') url.pathname = PATH;
  return url.href;
}
