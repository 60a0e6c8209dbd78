import { parsePointer, pointedValue } from '@hookline/json';
import type { WatchSpecification } from '@hookline/providers';

/** The end of a watch in an answer is missing, or has passed already. */
export class NoExpiryError extends Error {
  override readonly name = 'NoExpiryError';
  readonly code = 'no_expiry';

  constructor() {
    super('the provider did not say when the watch ends');
  }
}

/**
 * When a watch ends, by the provider's answer: what was asked for does not count.
 * @param nowMs the time of the database
 * @returns undefined if the answer does not say it: the watch has no end, or the handshake says it
 * @throws NoExpiryError
 */
export function readExpiryMs(
  { expiry }: Pick<WatchSpecification, 'expiry'>,
  json: unknown,
  nowMs: number,
): number | undefined {
  if (expiry === undefined || !('answer' in expiry)) return undefined;
  const value = pointedValue(json, parsePointer(expiry.answer));
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const expiryMs = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(expiryMs > nowMs)) throw new NoExpiryError();
  return expiryMs;
}
