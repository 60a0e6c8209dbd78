import { createHash } from 'node:crypto';
import { beginsArray } from '@hookline/json';
import { optionOf, requireOption } from '../provider/source-options.ts';
import type { VerificationInput } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { pairsOf } from '../request/form/form-fields.ts';
import { isForm, isRejection } from '../request/form/read-form.ts';
import { toPhpJson } from '../request/json/php-json.ts';
import type { MessagePart } from './message-template.ts';
import { bytesOf, describePlace, headerDetail, type Place, type RequestValues } from './place.ts';

/** The signed message of one request. */
export interface SignedMessage {
  /** The pieces of the message; `secret` replaces `{secret}` of the template. */
  with(secret: string): readonly Uint8Array[];
}

/**
 * Visible ASCII without the dot, which separates the parts of most messages, so that no byte can move between parts.
 */
const SIGNED_HEADER = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/** Fills a request's values into a template. Never throws. */
export function fillMessage(
  parts: readonly MessagePart[],
  input: VerificationInput,
  values: RequestValues,
  timestamp: string,
): SignedMessage | Rejection {
  const pieces: Uint8Array[] = [];
  let secretAt = -1;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'secret') secretAt = index;
    const piece = fillPart(part, input, values, timestamp);
    if ('ok' in piece) return piece;
    pieces.push(piece);
  }
  return {
    with: (secret) => (secretAt === -1 ? pieces : pieces.with(secretAt, Buffer.from(secret, 'utf8'))),
  };
}

function fillPart(
  part: MessagePart,
  input: VerificationInput,
  values: RequestValues,
  timestamp: string,
): Uint8Array | Rejection {
  const { request } = input;
  switch (part.kind) {
    case 'literal':
      return part.bytes;
    case 'body':
      return request.rawBody;
    case 'bodyOrForm':
      if (!isForm(request)) return request.rawBody;
      return signedValue({ form: part.field }, values);
    case 'bodyOrFirstItem':
      return beginsArray(request.rawBody) ? values.rawJson('/0') : request.rawBody;
    case 'bodySha256':
      return Buffer.from(createHash('sha256').update(request.rawBody).digest('hex'), 'latin1');
    case 'bodySha256Bytes':
      return createHash('sha256').update(request.rawBody).digest();
    case 'escapedBody':
      return escapeNonAscii(request.rawBody);
    case 'timestamp':
      return Buffer.from(timestamp, 'latin1');
    case 'method':
      return Buffer.from(request.method, 'latin1');
    case 'url':
      return Buffer.from(publicUrl(input), 'utf8');
    case 'urlWithoutQuery':
      return Buffer.from(publicUrl(input).replace(/\?.*$/s, ''), 'utf8');
    case 'decodedUrl':
      return Buffer.from(decodeSome(publicUrl(input)), 'utf8');
    case 'path':
      return Buffer.from(URL.parse(publicUrl(input))?.pathname ?? '', 'utf8');
    case 'pathWithQuery':
      return Buffer.from(publicUrl(input).replace(/^[a-z]+:\/\/[^/?#]*/i, ''), 'utf8');
    case 'sortedForm':
      return sortedForm(values);
    case 'rawJson':
      return values.rawJson(part.pointer);
    case 'phpJson': {
      const value = values.rawJson(part.pointer);
      return 'ok' in value ? value : toPhpJson(value);
    }
    case 'secret':
      return Buffer.alloc(0);
    case 'option': {
      const value = requireOption(input, part.name);
      return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    }
    case 'place':
      return signedValue(part.place, values);
  }
}

function signedValue(place: Place, values: RequestValues): Uint8Array | Rejection {
  const value = values.read(place, 'missing_header', true);
  if (typeof value !== 'string') return value;
  if ('header' in place && !SIGNED_HEADER.test(value)) {
    return reject(
      'malformed_header',
      `${describePlace(place)} must be 1 to 256 visible ASCII characters other than ".".`,
      headerDetail(place),
    );
  }
  return bytesOf(place, value);
}

/** Behind a proxy the received address may differ from the called address. Then the source's option sets it. */
function publicUrl(input: VerificationInput): string {
  return optionOf(input, 'url') ?? input.request.url;
}

/** `: / ? @ ! $ ' ( ) * , ;`, and no others. */
function decodeSome(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped));
}

function sortedForm(values: RequestValues): Uint8Array | Rejection {
  const fields = values.fields();
  if (isRejection(fields)) return fields;
  const pairs = pairsOf(fields).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.from(pairs.flat().join(''), 'utf8');
}

function escapeNonAscii(body: Buffer): Buffer {
  const text = body
    .toString('utf8')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.from(text, 'latin1');
}
