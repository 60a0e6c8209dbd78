import type { Signing } from '@hookline/contracts';
import { signPlainWebhook, signStandardWebhook } from '@hookline/signing';
import { type CatalogEndpoint, currentAt } from '../../endpoints/catalog/endpoint-catalog.ts';

/** The names of Standard Webhooks; an endpoint may set others. */
const HEADER_NAMES: NonNullable<Signing['headerNames']> = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
};

export interface RequestToSign {
  /** The event type. */
  id: string;
  type: string;
  body: Uint8Array;
  /** The time in the signature; only secrets that have not expired by then sign. */
  signedAtMs: number;
}

/**
 * The signature headers by the endpoint's `signing` setting: `v1` by each current secret, `v1a` by each current key pair,
 * and the plain HMAC by the newest secret.
 * @throws WebhookSignError `no_secret` when the endpoint's secrets could not be decrypted
 */
export function signRequest(
  endpoint: Pick<CatalogEndpoint, 'signing' | 'secrets' | 'signingKeys'>,
  { id, type, body, signedAtMs }: RequestToSign,
): Record<string, string> {
  const { algorithm, plainHeaders, headerNames = HEADER_NAMES } = endpoint.signing;
  const timestampSeconds = Math.floor(signedAtMs / 1000);
  const secrets = textsOf(endpoint.secrets, signedAtMs);
  const message = { timestampSeconds, body: [body] };
  const headers = {
    [headerNames.id]: id,
    [headerNames.timestamp]: String(timestampSeconds),
    [headerNames.signature]: signStandardWebhook({
      ...message,
      id,
      secrets: algorithm === 'ed25519' ? [] : secrets,
      privateKeys: algorithm === 'hmac' ? [] : textsOf(endpoint.signingKeys, signedAtMs),
    }),
  };
  const [newest] = secrets;
  if (plainHeaders && newest !== undefined) {
    headers['x-webhook-id'] = id;
    headers['x-webhook-event'] = type;
    headers['x-webhook-timestamp'] = String(timestampSeconds);
    headers['x-webhook-signature'] = signPlainWebhook({ ...message, secret: newest });
  }
  return headers;
}

const textsOf = (secrets: CatalogEndpoint['secrets'], nowMs: number) =>
  currentAt(secrets, nowMs).map(({ secret }) => secret);
