export type ReconnectPolicy = 'never' | 'at_once' | 'later';

/**
 * When to reconnect after a close code. 40xx: never. 42xx: at once. 41xx, a lost connection and every other code:
 * later.
 */
export function reconnectPolicyAfter(code: number): ReconnectPolicy {
  if (code >= 4000 && code < 4100) return 'never';
  return code >= 4200 && code < 4300 ? 'at_once' : 'later';
}

/** Spread of immediate reconnects, so that many clients do not return in the same moment. */
const AT_ONCE_SPREAD_MS = 250;

/**
 * @param attempt how many connections in a row have failed, 0 for the first
 * @param random from 0 to 1
 */
export function reconnectDelayMs(
  policy: Exclude<ReconnectPolicy, 'never'>,
  attempt: number,
  limits: { firstDelayMs: number; longestDelayMs: number },
  random: number,
): number {
  if (policy === 'at_once' && attempt === 0) {
    return random * Math.min(AT_ONCE_SPREAD_MS, limits.firstDelayMs);
  }
  const ceiling = Math.min(limits.longestDelayMs, limits.firstDelayMs * 2 ** Math.min(attempt, 30));
  return ceiling * (0.5 + random / 2);
}
