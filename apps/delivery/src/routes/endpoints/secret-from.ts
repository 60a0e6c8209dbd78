import { ApiError } from '@hookline/contracts';
import { generateSecret, parseSecret, WebhookSecretError } from '@hookline/signing';

/** The lengths that Standard Webhooks requires. */
const [MIN_BYTES, MAX_BYTES] = [24, 64];

/**
 * Reads the secret of a request, or generates one.
 * @throws ApiError `invalid_request`; the error does not contain the secret
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
