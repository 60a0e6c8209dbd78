import type { ReceivedRequest } from '@hookline/contracts';
import { REDACTED } from '../../endpoints/headers/redact-headers.ts';
import { asBuffer } from '../../pipeline/delivery/request-content.ts';
import { urlOf } from '../../pipeline/sending/provider-request.ts';
import type { ReadRequest } from './read-kept-request.ts';

const MAX_SHOWN_BYTES = 262_144;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Presents a stored request of a provider. Its sealed parts are redacted. */
export function presentRequest(request: ReadRequest): ReceivedRequest {
  const shown = asBuffer(request.body).subarray(0, MAX_SHOWN_BYTES);
  const isCut = shown.length < request.body.length;
  const text = readText(isCut ? withoutTornEnd(shown) : shown);
  return {
    eventId: request.eventId,
    requestId: request.requestId,
    method: request.method,
    url: shownUrlOf(request),
    pathSuffix: request.pathSuffix,
    query: request.isQuerySealed ? null : request.query,
    headers: request.headers.map(({ name, value, isSealed }) => ({
      name,
      value: isSealed ? REDACTED : value,
    })),
    headersLeftOut: [...request.headersLeftOut],
    body: {
      sizeBytes: request.body.length,
      isPayload: request.bodyIsPayload,
      encoding: text === undefined ? 'base64' : 'utf8',
      content: text ?? shown.toString('base64'),
      isCut,
    },
  };
}

export function shownUrlOf(request: ReadRequest): string {
  return urlOf({ ...request, body: undefined }, request.isQuerySealed ? '' : request.query);
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Removes an incomplete character from the end. */
function withoutTornEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1;
  // Up to three bytes follow the first byte of a character.
  while (start > bytes.length - 4 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  const first = bytes[start] as number;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? bytes.subarray(0, start) : bytes;
}
