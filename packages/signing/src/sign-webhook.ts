import { createHmac, type KeyObject, sign } from 'node:crypto';
import { parsePrivateKey } from './ed25519-keys.ts';
import { WebhookSignError } from './errors.ts';
import { standardKeyOf, textKeyOf } from './secrets.ts';

export interface SignWebhookInput {
  /** The same for every attempt at one event; visible ASCII without `.`, which separates the signed parts. */
  readonly id: string;
  /** The event type; told to the receiver in a header that no signature covers. Printable ASCII. */
  readonly type: string;
  /** Unix time of this attempt in whole seconds. */
  readonly timestampSeconds: number;
  /** `whsec_…`, newest first: each signs, so that receivers with the old or the new one both verify. */
  readonly secrets: readonly string[];
  /** `whsk_…`, for endpoints that verify with a public key: each adds a `v1a` signature. */
  readonly privateKeys?: readonly string[];
  /** The body in the pieces that will be sent, in order. Only read. */
  readonly body: readonly Uint8Array[];
}

/** Lower-case, as HTTP/2 wants them; add them to the request as they are. */
export interface SignatureHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
  readonly 'x-webhook-id': string;
  readonly 'x-webhook-event': string;
  readonly 'x-webhook-timestamp': string;
  readonly 'x-webhook-signature': string;
}

const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const TYPE = /^[\x20-\x7e]{1,1024}$/;

/**
 * The headers that sign one attempt, for both kinds of receiver: Standard Webhooks (`webhook-*`, over
 * `<id>.<timestamp>.<body>`, one signature per secret) and the plain one (`x-webhook-*`, hex HMAC-SHA256 over
 * `<timestamp>.<body>`, keyed with the text of the newest secret).
 *
 * Keys are decoded once per secret and kept. With only `privateKeys` and no secret there would be no
 * `x-webhook-signature`, so at least one secret is required.
 *
 * @throws {WebhookSignError} an id, type or timestamp that cannot be sent, or no secret
 * @throws {WebhookSecretError} a secret or key that cannot be used
 */
export function signWebhook(input: SignWebhookInput): SignatureHeaders {
  const { id, type, timestampSeconds, secrets, body } = input;
  const newest = secrets[0];
  if (newest === undefined) {
    throw new WebhookSignError('no_secret', 'There is no secret to sign with.');
  }
  if (!ID.test(id)) {
    throw new WebhookSignError(
      'invalid_id',
      `A webhook id is 1 to 256 visible ASCII characters other than "."; got ${JSON.stringify(id)}.`,
    );
  }
  if (!TYPE.test(type)) {
    throw new WebhookSignError(
      'invalid_event_type',
      `An event type is 1 to 1024 printable ASCII characters; got ${JSON.stringify(type)}.`,
    );
  }
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0) {
    throw new WebhookSignError(
      'invalid_timestamp',
      `A webhook timestamp is a whole number of seconds since 1970; got ${timestampSeconds}.`,
    );
  }

  const timestamp = String(timestampSeconds);
  const standardHead = `${id}.${timestamp}.`;
  let signatures = '';
  for (const secret of secrets) {
    const signature = hmac(standardKeyOf(secret), standardHead, body).digest('base64');
    signatures += signatures === '' ? `v1,${signature}` : ` v1,${signature}`;
  }
  if (input.privateKeys !== undefined && input.privateKeys.length > 0) {
    const message = Buffer.concat([Buffer.from(standardHead, 'latin1'), ...body]);
    for (const privateKey of input.privateKeys) {
      signatures += ` v1a,${sign(null, message, parsePrivateKey(privateKey)).toString('base64')}`;
    }
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures,
    'x-webhook-id': id,
    'x-webhook-event': type,
    'x-webhook-timestamp': timestamp,
    'x-webhook-signature': hmac(textKeyOf(newest), `${timestamp}.`, body).digest('hex'),
  };
}

/** One update per piece: joining them first costs a copy and saves nothing measurable. */
function hmac(key: KeyObject, head: string, body: readonly Uint8Array[]) {
  const mac = createHmac('sha256', key).update(head, 'latin1');
  for (const piece of body) mac.update(piece);
  return mac;
}
