import { ApiError } from '@hookline/contracts';
import { generateSecret, parseSecret, WebhookSecretError } from '@hookline/signing';

/** Standard Webhooks asks for these. */
const [MIN_BYTES, MAX_BYTES] = [24, 64];

/**
 * The secret that somebody wants their endpoint to have, or else a new one.
 * @throws ApiError `invalid_request`, which does not say it
 */
export function secretFrom(own: string | undefined): string {
  if (own === undefined) return generateSecret();
  const length = lengthOf(own);
  if (length >= MIN_BYTES && length <= MAX_BYTES) return own;
  const message = `must be whsec_ and the base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;
  throw new ApiError('invalid_request', {
    message: `body/secret ${message}`,
    details: [{ path: 'body/secret', message }],
  });
}

function lengthOf(secret: string): number {
  try {
    return parseSecret(secret).length;
  } catch (error) {
    if (error instanceof WebhookSecretError) return 0;
    throw error;
  }
}
