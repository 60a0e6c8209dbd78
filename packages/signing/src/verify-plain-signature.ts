import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkTimestamp, type TimestampPolicy } from './check-timestamp.ts';
import { WebhookVerificationError } from './errors.ts';
import { type ReceivedHeaders, requireSingleHeader } from './received-headers.ts';
import { textKeyOf } from './secrets.ts';

export interface VerifyPlainSignatureInput extends TimestampPolicy {
  readonly headers: ReceivedHeaders;
  /** The body as it was received. A body that was parsed and serialized again does not verify. */
  readonly body: Uint8Array | string;
  /** Secrets of which any one may have signed. The whole text is the key, `whsec_` included. */
  readonly secrets: string | readonly string[];
}

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/**
 * Verifies the plain scheme: `x-webhook-signature` is the hex HMAC-SHA256 of `<x-webhook-timestamp>.<body>`.
 *
 * The signature covers neither `x-webhook-id` nor `x-webhook-event`: an attacker who saw a message could send it again
 * with another id within the tolerance. Take id and type from the body, or verify with `verifyStandardWebhook`.
 *
 * @throws {WebhookVerificationError} the message must not be trusted; see `code`
 * @throws {WebhookSecretError} an empty secret
 */
export function verifyPlainSignature(input: VerifyPlainSignatureInput): {
  readonly timestampSeconds: number;
} {
  const secrets = typeof input.secrets === 'string' ? [input.secrets] : input.secrets;
  if (secrets.length === 0) {
    throw new WebhookVerificationError('no_secret', 'There is no secret to verify with.');
  }
  const timestamp = requireSingleHeader(input.headers, 'x-webhook-timestamp');
  const signature = requireSingleHeader(input.headers, 'x-webhook-signature');
  const timestampSeconds = checkTimestamp('x-webhook-timestamp', timestamp, input);
  if (!HEX_SHA256.test(signature)) {
    throw new WebhookVerificationError(
      'malformed_signature',
      'The header x-webhook-signature is not 64 lower-case hexadecimal digits.',
      'x-webhook-signature',
    );
  }
  const received = Buffer.from(signature, 'hex');
  let matched = false;
  for (const secret of secrets) {
    const mac = createHmac('sha256', textKeyOf(secret)).update(`${timestamp}.`, 'latin1');
    const expected = (
      typeof input.body === 'string' ? mac.update(input.body, 'utf8') : mac.update(input.body)
    ).digest();
    matched = timingSafeEqual(expected, received) || matched;
  }
  if (!matched) {
    throw new WebhookVerificationError(
      'invalid_signature',
      'The signature does not match. Either the secret is wrong, or the body differs from the signed body: compare the raw bytes.',
      'x-webhook-signature',
    );
  }
  return { timestampSeconds };
}
