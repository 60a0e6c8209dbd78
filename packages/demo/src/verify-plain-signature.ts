import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Verifies the plain signature as a receiver would, over the raw body: hex HMAC-SHA256 of `<timestamp>.<body>`,
 * keyed with the whole secret string, no older than five minutes. Written out here, not called from our own package,
 * so that it is a second opinion.
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
