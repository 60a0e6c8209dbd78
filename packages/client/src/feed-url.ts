import { FEED_PATH } from '@hookline/contracts';

/** `https://host` → `wss://host/ws/webhooks`; an address with a path is taken as the feed's own. */
export function toFeedUrl(address: string): string {
  const url = new URL(address);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  else if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.pathname === '/') url.pathname = FEED_PATH;
  return url.href;
}
