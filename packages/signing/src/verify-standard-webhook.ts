import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import { checkTimestamp, type TimestampPolicy } from './check-timestamp.ts';
import { parsePublicKey } from './ed25519-keys.ts';
import { WebhookVerificationError } from './errors.ts';
import { type ReceivedHeaders, requireSingleHeader } from './received-headers.ts';
import { standardKeyOf } from './secrets.ts';

export interface VerifyStandardWebhookInput extends TimestampPolicy {
  readonly headers: ReceivedHeaders;
  /** The body as it was received. A body that was parsed and serialized again does not verify. */
  readonly body: Uint8Array | string;
  /** Secrets `whsec_…` of which any one may have signed. */
  readonly secrets?: string | readonly string[];
  /** Public keys `whpk_…` of which any one may have signed (`v1a`). Never take a key from the request. */
  readonly publicKeys?: string | readonly string[];
}

export interface VerifiedWebhook {
  /** The same for every attempt at one event: store it to drop repeats. */
  readonly id: string;
  readonly timestampSeconds: number;
}

const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
/**
 * 32 and 64 bytes in base64. The unused bits at the end may be set: the comparison as text refuses such a signature.
 */
const HMAC_SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/;
const ED25519_SIGNATURE = /^v1a,([A-Za-z0-9+/]{86}==)$/;

/**
 * Verifies a message that is signed by Standard Webhooks 1.0 (https://www.standardwebhooks.com): `webhook-id`,
 * `webhook-timestamp`, `webhook-signature` with `v1` (HMAC-SHA256) or `v1a` (ed25519) signatures.
 *
 * Every key is tried with every signature of the list; signatures of other versions are ignored.
 *
 * @throws {WebhookVerificationError} the message must not be trusted; see `code`
 * @throws {WebhookSecretError} a secret or public key that cannot be used
 */
export function verifyStandardWebhook(input: VerifyStandardWebhookInput): VerifiedWebhook {
  const secrets = listOf(input.secrets);
  const publicKeys = listOf(input.publicKeys);
  if (secrets.length + publicKeys.length === 0) {
    throw new WebhookVerificationError('no_secret', 'There is no secret or public key to verify with.');
  }
  const id = requireSingleHeader(input.headers, 'webhook-id');
  const timestamp = requireSingleHeader(input.headers, 'webhook-timestamp');
  const signatureList = requireSingleHeader(input.headers, 'webhook-signature');
  if (!ID.test(id)) {
    throw new WebhookVerificationError(
      'malformed_id',
      'The header webhook-id is not 1 to 256 visible ASCII characters other than ".".',
      'webhook-id',
    );
  }
  const timestampSeconds = checkTimestamp('webhook-timestamp', timestamp, input);

  const hmacs: Buffer[] = [];
  const ed25519s: string[] = [];
  for (const item of signatureList.split(' ')) {
    const hmacItem = HMAC_SIGNATURE.exec(item)?.[1];
    if (hmacItem !== undefined) hmacs.push(Buffer.from(hmacItem, 'latin1'));
    const ed25519Item = ED25519_SIGNATURE.exec(item)?.[1];
    if (ed25519Item !== undefined) ed25519s.push(ed25519Item);
  }
  if (hmacs.length + ed25519s.length === 0) {
    throw new WebhookVerificationError(
      'malformed_signature',
      'The header webhook-signature holds no signature of the form "v1,<base64>" or "v1a,<base64>".',
      'webhook-signature',
    );
  }

  const body = typeof input.body === 'string' ? Buffer.from(input.body, 'utf8') : input.body;
  const head = Buffer.from(`${id}.${timestamp}.`, 'latin1');
  let matched = false;
  for (const secret of secrets) {
    const mac = createHmac('sha256', standardKeyOf(secret)).update(head).update(body);
    const expected = Buffer.from(mac.digest('base64'), 'latin1');
    // No early exit: the time must not reveal which key or which signature matched.
    for (const candidate of hmacs) matched = timingSafeEqual(expected, candidate) || matched;
  }
  if (ed25519s.length > 0 && publicKeys.length > 0) {
    const message = Buffer.concat([head, body]);
    for (const publicKey of publicKeys) {
      const key = parsePublicKey(publicKey);
      for (const candidate of ed25519s) {
        const signature = Buffer.from(candidate, 'base64');
        const canonical = signature.toString('base64') === candidate;
        matched = (canonical && verify(null, message, key, signature)) || matched;
      }
    }
  }
  if (!matched) {
    throw new WebhookVerificationError(
      'invalid_signature',
      'No signature matches. Either the secret is wrong, or the body differs from the signed body: compare the raw bytes.',
      'webhook-signature',
    );
  }
  return { id, timestampSeconds };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
