import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Verifies the plain signature over the raw body, as a receiver would: hex HMAC-SHA256 of `<timestamp>.<body>` with the
 * whole secret string as the key, no older than five minutes. It does not call Hookline's own package, so that the two
 * implementations check each other.
 */
export function verifyPlainSignature(
  rawBody: Buffer,
  signature: string,
  timestamp: string,
  secret: string,
): boolean {
  const ageSeconds = Math.floor(Date.now() / 1000) - Number(timestamp);
  if (!(ageSeconds <= 300)) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  const received = Buffer.from(signature, 'hex');
  return received.length === expected.length && timingSafeEqual(received, expected);
}
