import { FEED_CLOSE } from '@hookline/contracts';

/** The codes after which a client may come back without waiting for anything to get better. */
const AT_ONCE = new Set<number>([FEED_CLOSE.restarting, FEED_CLOSE.behind]);
const SHORTEST_SPREAD_MS = 1_000;
const LONGEST_SPREAD_MS = 30_000;
const PAUSE_MS = 1_000;

/**
 * When a client should reconnect, in ms. Clients that are all closed together are spread over the time in which a replica
 * can take them.
 * @param connections how many are open
 * @param random from 0 to 1
 */
export function reconnectHintMs(
  code: number,
  connections: number,
  acceptedPerSecond: number,
  random: number,
): number {
  if (!AT_ONCE.has(code)) return Math.round(PAUSE_MS + random * 4 * PAUSE_MS);
  const neededMs = (connections / acceptedPerSecond) * 1_000;
  return Math.round(random * Math.min(LONGEST_SPREAD_MS, Math.max(SHORTEST_SPREAD_MS, neededMs)));
}
