import type { FEED_PATH } from '@hookline/contracts';

/** Written again, and compared by the compiler, so that the contracts' schemas stay out of a browser's bundle. */
const PATH: typeof FEED_PATH = '/ws/webhooks';

/** The address of the feed of the gateway at `url`: `https://host/hooks` → `wss://host/hooks/ws/webhooks`. */
export function toFeedUrl(url: string): string {
  const address = new URL(url);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  address.pathname = `${address.pathname.replace(/\/$/, '')}${PATH}`;
  return address.href;
}
