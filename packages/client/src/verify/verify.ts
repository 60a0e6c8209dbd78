import { SignatureInvalid } from './signature-invalid.ts';

/**
 * The headers of a request: a fetch `Headers`, Node's `req.headers` or `req.headersDistinct`. The case of names does not
 * matter.
 */
export type ReceivedHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** An ed25519 key as JSON Web Key (RFC 8037), as `GET /keys/<endpoint id>` of the gateway has it in `keys`. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
}

export interface VerifyInput {
  /** The body as it was received. A body that was parsed and printed again does not verify. */
  body: string | Uint8Array | ArrayBuffer;
  headers: ReceivedHeaders;
  /** The endpoint's secret, or several of which any one may have signed. After a rotation: the new one and the old one. */
  secret?: string | readonly string[];
  /** Public keys for `v1a` signatures: `whpk_…` or JWKs. Never take a key from the request. */
  publicKeys?: string | PublicJwk | readonly (string | PublicJwk)[];
  /** How far the time of the signature may be in the past or the future. null: any time is accepted. Default: 300. */
  toleranceSeconds?: number | null;
  /** The names of the headers, for an endpoint that has set `signing.headerNames`. */
  headerNames?: { id: string; timestamp: string; signature: string };
  /** The receiver's clock in ms since 1970. Default: `Date.now()`. */
  nowMs?: number;
}

export interface VerifiedSignature {
  /**
   * `webhook-id`: the same for every attempt at one event. Undefined for the plain signature, which does not cover it:
   * take the id from the body.
   */
  id: string | undefined;
  /** When the message was signed. */
  timestampSeconds: number;
}

/** The body of a webhook of Hookline. For an endpoint with `batching`, `data` is the list of such bodies. */
export interface WebhookEvent<Data = unknown> {
  /** The same for every attempt: ignore an event that you have handled. */
  id: string;
  type: string;
  /** RFC 3339. */
  timestamp: string;
  data: Data;
}

type Bytes = Uint8Array<ArrayBuffer>;

const STANDARD_NAMES = { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' };
const PLAIN_NAMES = { timestamp: 'x-webhook-timestamp', signature: 'x-webhook-signature' };
const DEFAULT_TOLERANCE_SECONDS = 300;
/** As in @hookline/signing: it detects a truncated secret. */
const MIN_SECRET_BYTES = 16;
/** Each costs a pass over the body. An endpoint has far fewer keys. */
const MAX_ED25519_SIGNATURES = 16;

/**
 * Verifies a webhook and parses its body. The signature is the one of Standard Webhooks 1.0 (`webhook-signature`: `v1` by
 * a secret, `v1a` by a public key) or, if the request has none, the plain one (`x-webhook-signature`).
 *
 * @throws {SignatureInvalid} the message must not be trusted; see `reason`
 * @throws {TypeError} a mistake of the caller: a parsed body, no usable secret, or a signed body that is not JSON
 */
export async function verify<Data = unknown>(input: VerifyInput): Promise<WebhookEvent<Data>> {
  await verifySignature(input);
  const { body } = input;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  try {
    return JSON.parse(text) as WebhookEvent<Data>;
  } catch (cause) {
    throw new TypeError('The signature is right, but the body is not JSON: use verifySignature', { cause });
  }
}

/**
 * Verifies a webhook whose body is not an event of Hookline, such as the one of an endpoint with `format: "request"`.
 * @throws like `verify`
 */
export async function verifySignature(input: VerifyInput): Promise<VerifiedSignature> {
  const { headers, headerNames = STANDARD_NAMES } = input;
  const body = bytesOf(input.body);
  const secrets = [input.secret ?? []].flat();
  const publicKeys = [input.publicKeys ?? []].flat();
  if (secrets.length + publicKeys.length === 0) throw new TypeError('Pass a secret or a public key');

  // The hex HMAC of `<timestamp>.<body>`, with the whole text of the secret as key.
  const isPlain =
    secrets.length > 0 &&
    headersOf(headers, headerNames.signature).length === 0 &&
    headersOf(headers, PLAIN_NAMES.signature).length > 0;
  const names = isPlain ? PLAIN_NAMES : headerNames;
  const id = isPlain ? undefined : single(headers, headerNames.id);
  const timestamp = single(headers, names.timestamp);
  const items = single(headers, names.signature).split(' ');
  if (id !== undefined && !/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id)) {
    throw new SignatureInvalid('malformed_id', `${headerNames.id} is not visible ASCII without "."`);
  }
  const timestampSeconds = checkTimestamp(names.timestamp, timestamp, input);
  const hmacs = pick(items, isPlain ? /^([0-9a-f]{64})$/ : /^v1,([A-Za-z0-9+/]{43}=)$/);
  const ed25519s = isPlain ? [] : pick(items, /^v1a,([A-Za-z0-9+/]{86}==)$/).slice(0, MAX_ED25519_SIGNATURES);
  if (hmacs.length + ed25519s.length === 0 || (isPlain && items.length > 1)) {
    throw new SignatureInvalid('malformed_signature', `${names.signature} has no signature of a known form`);
  }

  const message = join(isPlain ? `${timestamp}.` : `${id}.${timestamp}.`, body);
  let matched = false;
  // No early exit: the time must not reveal which key or which signature matched.
  for (const secret of secrets) {
    const mac = await hmac(isPlain ? textKey(secret) : decodeSecret(secret), message);
    const expected = isPlain ? toHex(mac) : encode64(mac);
    for (const candidate of hmacs) matched = isEqual(candidate, expected) || matched;
  }
  for (const publicKey of ed25519s.length > 0 ? publicKeys : []) {
    const key = await importPublicKey(publicKey);
    for (const candidate of ed25519s) {
      const signature = decode64(candidate);
      // `atob` also accepts another spelling of the same bytes (unused bits that are set).
      const isGenuine =
        signature !== undefined &&
        encode64(signature) === candidate &&
        (await crypto.subtle.verify('Ed25519', key, signature, message));
      matched = isGenuine || matched;
    }
  }
  if (!matched) {
    throw new SignatureInvalid(
      'invalid_signature',
      'No signature matches: another secret, or not the raw body',
    );
  }
  return { id, timestampSeconds };
}

function checkTimestamp(
  name: string,
  value: string,
  { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, nowMs = Date.now() }: VerifyInput,
): number {
  // Every comparison with NaN is false, so NaN would silently switch the check off.
  if (toleranceSeconds !== null && !(toleranceSeconds >= 0)) {
    throw new TypeError('toleranceSeconds must be null or a number from 0');
  }
  if (!/^(?:0|[1-9][0-9]{0,11})$/.test(value)) {
    throw new SignatureInvalid('malformed_timestamp', `${name} is not a whole number of seconds since 1970`);
  }
  const ageSeconds = Math.floor(nowMs / 1000) - Number(value);
  if (toleranceSeconds !== null && !(Math.abs(ageSeconds) <= toleranceSeconds)) {
    throw new SignatureInvalid(
      ageSeconds < 0 ? 'timestamp_too_new' : 'timestamp_too_old',
      `Signed ${ageSeconds} s ago, ±${toleranceSeconds} s are allowed: check both clocks`,
    );
  }
  return Number(value);
}

/** The one value of a header. Servers join repeated headers with a comma and a space, which no valid value contains. */
function single(headers: ReceivedHeaders, name: string): string {
  const [value = '', ...more] = headersOf(headers, name);
  if (more.length > 0 || value.includes(', ')) {
    throw new SignatureInvalid('duplicate_header', `${name} occurs more than once`);
  }
  if (value === '') throw new SignatureInvalid('missing_header', `${name} is missing or empty`);
  return value;
}

function headersOf(headers: ReceivedHeaders, name: string): readonly string[] {
  if (typeof headers['get'] === 'function') {
    return [(headers as { get(name: string): string | null }).get(name) ?? []].flat();
  }
  return Object.entries(headers as Record<string, string | string[] | undefined>).flatMap(
    ([key, value = []]) => (key.toLowerCase() === name.toLowerCase() ? value : []),
  );
}

function bytesOf(body: VerifyInput['body']): Bytes {
  if (typeof body === 'string') return encode(body);
  if (ArrayBuffer.isView(body))
    return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
  // Not `instanceof`: the buffer may come from another realm.
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body);
  throw new TypeError(
    `Pass the raw body, text or bytes, and not ${typeof body}: a body that was parsed cannot be verified`,
  );
}

function decodeSecret(secret: string): Bytes {
  const key = decode64(String(secret).replace(/^whsec_/, ''));
  if (key === undefined || key.length < MIN_SECRET_BYTES) {
    throw new TypeError('The secret is not whsec_ and the base64 of 16 or more bytes');
  }
  return key;
}

function textKey(secret: string): Bytes {
  if (!secret) throw new TypeError('The secret is empty');
  return encode(secret);
}

function importPublicKey(publicKey: string | PublicJwk) {
  const text = typeof publicKey === 'string' ? publicKey.replace(/^whpk_/, '') : (publicKey.x ?? '');
  const bytes = decode64(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (bytes?.length !== 32) throw new TypeError('A public key is whpk_… or a JWK of ed25519');
  return crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
}

async function hmac(keyBytes: Bytes, message: Bytes): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', keyBytes, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/** Compares in a time that depends on the length alone. */
function isEqual(received: string, expected: string): boolean {
  let difference = received.length ^ expected.length;
  for (let index = 0; index < expected.length; index++) {
    difference |= received.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}

/** Decodes standard base64, padded or not. Undefined for other text. */
function decode64(text: string): Bytes | undefined {
  try {
    // `atob` skips spaces.
    return /\s/.test(text) ? undefined : Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const encode64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const encode = (text: string) => new TextEncoder().encode(text);
const pick = (items: readonly string[], pattern: RegExp) =>
  items.flatMap((item) => pattern.exec(item)?.[1] ?? []);

function join(head: string, body: Bytes): Bytes {
  const headBytes = encode(head);
  const joined = new Uint8Array(headBytes.length + body.length);
  joined.set(headBytes);
  joined.set(body, headBytes.length);
  return joined;
}

export { SignatureInvalid, type SignatureInvalidReason } from './signature-invalid.ts';
