import { createHmac, type KeyObject, sign } from 'node:crypto';
import { parsePrivateKey } from './ed25519-keys.ts';
import { WebhookSignError } from './errors.ts';
import { standardKeyOf, textKeyOf } from './secrets.ts';

/** One attempt at one message: the input of both schemes. */
export interface MessageToSign {
  /** The same for every attempt at one event; visible ASCII without `.`, which separates the signed parts. */
  readonly id: string;
  /** Unix time of this attempt in whole seconds. */
  readonly timestampSeconds: number;
  /** The body as the pieces that will be sent, in order. They are not changed. */
  readonly body: readonly Uint8Array[];
}

export interface SignStandardWebhookInput extends MessageToSign {
  /** `whsec_…`, newest first: each adds a `v1` signature, so that receivers with the old or the new one both verify. */
  readonly secrets: readonly string[];
  /** `whsk_…`, newest first, for endpoints that verify with a public key: each adds a `v1a` signature. */
  readonly privateKeys?: readonly string[];
}

export interface SignPlainWebhookInput extends Omit<MessageToSign, 'id'> {
  /** The newest secret; its whole text is the key. */
  readonly secret: string;
}

export interface SignWebhookInput extends SignStandardWebhookInput {
  /** The event type, sent in a header that no signature covers. Printable ASCII. */
  readonly type: string;
}

/** The headers to add to the request. Their names are lower-case, as HTTP/2 requires. */
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
 * The headers that sign one attempt by both schemes: Standard Webhooks (`webhook-*`) and the plain scheme
 * (`x-webhook-*`, signed with the newest secret). Each secret is decoded once and cached.
 *
 * At least one secret is required, because `x-webhook-signature` cannot be made with `privateKeys` alone.
 *
 * @throws {WebhookSignError} an id, type or timestamp that cannot be sent, or no secret
 * @throws {WebhookSecretError} a secret or key that cannot be used
 */
export function signWebhook(input: SignWebhookInput): SignatureHeaders {
  const { id, type, timestampSeconds, secrets, body } = input;
  const newest = secrets[0];
  if (newest === undefined) throw noSecret();
  checkEventType(type);
  const timestamp = String(timestampSeconds);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signStandardWebhook(input),
    'x-webhook-id': id,
    'x-webhook-event': type,
    'x-webhook-timestamp': timestamp,
    'x-webhook-signature': signPlainWebhook({ secret: newest, timestampSeconds, body }),
  };
}

/**
 * The value of `webhook-signature`: over `<id>.<timestamp>.<body>`, one signature for each secret and private key.
 * @throws {WebhookSignError} an id or timestamp that cannot be sent, or neither a secret nor a private key
 * @throws {WebhookSecretError} a secret or key that cannot be used
 */
export function signStandardWebhook(input: SignStandardWebhookInput): string {
  const { id, timestampSeconds, secrets, privateKeys = [], body } = input;
  if (secrets.length + privateKeys.length === 0) throw noSecret();
  if (!ID.test(id)) {
    throw new WebhookSignError(
      'invalid_id',
      `A webhook id is 1 to 256 visible ASCII characters other than "."; got ${JSON.stringify(id)}.`,
    );
  }
  checkTimestampSeconds(timestampSeconds);
  const head = `${id}.${timestampSeconds}.`;
  let signatures = '';
  for (const secret of secrets) {
    const signature = hmac(standardKeyOf(secret), head, body).digest('base64');
    signatures += signatures === '' ? `v1,${signature}` : ` v1,${signature}`;
  }
  if (privateKeys.length > 0) {
    const message = Buffer.concat([Buffer.from(head, 'latin1'), ...body]);
    for (const privateKey of privateKeys) {
      const signature = sign(null, message, parsePrivateKey(privateKey)).toString('base64');
      signatures += signatures === '' ? `v1a,${signature}` : ` v1a,${signature}`;
    }
  }
  return signatures;
}

/**
 * The value of `x-webhook-signature`: hex HMAC-SHA256 over `<timestamp>.<body>`, keyed with the text of the secret.
 * @throws {WebhookSignError} a timestamp that cannot be sent
 * @throws {WebhookSecretError} an empty secret
 */
export function signPlainWebhook({ secret, timestampSeconds, body }: SignPlainWebhookInput): string {
  checkTimestampSeconds(timestampSeconds);
  return hmac(textKeyOf(secret), `${timestampSeconds}.`, body).digest('hex');
}

function checkEventType(type: string): void {
  if (TYPE.test(type)) return;
  throw new WebhookSignError(
    'invalid_event_type',
    `An event type is 1 to 1024 printable ASCII characters; got ${JSON.stringify(type)}.`,
  );
}

function checkTimestampSeconds(timestampSeconds: number): void {
  if (Number.isSafeInteger(timestampSeconds) && timestampSeconds >= 0) return;
  throw new WebhookSignError(
    'invalid_timestamp',
    `A webhook timestamp is a whole number of seconds since 1970; got ${timestampSeconds}.`,
  );
}

const noSecret = () => new WebhookSignError('no_secret', 'There is no secret to sign with.');

/** One update per piece: joining the pieces first costs a copy and saves nothing measurable. */
function hmac(key: KeyObject, head: string, body: readonly Uint8Array[]) {
  const mac = createHmac('sha256', key).update(head, 'latin1');
  for (const piece of body) mac.update(piece);
  return mac;
}
