import { crc32 } from 'node:zlib';
import { splitBody } from '@hookline/bus';
import type { EventAttributes, HooklineEvent } from '@hookline/contracts';

// A record: length of the part after the checksum, its CRC-32, length of the attributes (each 4 bytes, little endian),
// the attributes as JSON, the payload, the kept request. The attribute `requestbytes` is the length of the kept request.
const PREFIX_BYTES = 8;
const ATTRIBUTES_LENGTH_BYTES = 4;

const NOTHING = new Uint8Array();

/** The parts of an event's record. Payload and kept request are not copied. */
export function encodeRecord({ attributes, payload, request = NOTHING }: HooklineEvent): Uint8Array[] {
  // In the journal, a request that several events share is stored with each of them, because the object store is
  // unavailable.
  const written = request.length > 0 ? { ...attributes, requestbytes: String(request.length) } : attributes;
  const json = Buffer.from(JSON.stringify(written));
  const head = Buffer.allocUnsafe(PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES + json.length);
  head.writeUInt32LE(ATTRIBUTES_LENGTH_BYTES + json.length + payload.length + request.length, 0);
  head.writeUInt32LE(json.length, PREFIX_BYTES);
  json.copy(head, PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES);
  head.writeUInt32LE(crc32(request, crc32(payload, crc32(head.subarray(PREFIX_BYTES)))), 4);
  return request.length > 0 ? [head, payload, request] : [head, payload];
}

/** The complete records of a file. */
export interface DecodedRecords {
  events: HooklineEvent[];
  /** Bytes after the last complete record: a crash cut off this record, so its sender was not answered. */
  tornBytes: number;
}

export function decodeRecords(bytes: Buffer): DecodedRecords {
  const events: HooklineEvent[] = [];
  const shared = new Map<string, Uint8Array>();
  let offset = 0;
  while (offset + PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(offset);
    const start = offset + PREFIX_BYTES;
    const record = bytes.subarray(start, start + length);
    if (length < ATTRIBUTES_LENGTH_BYTES || record.length < length) break;
    if (crc32(record) !== bytes.readUInt32LE(offset + 4)) break;
    const payloadAt = ATTRIBUTES_LENGTH_BYTES + record.readUInt32LE(0);
    if (payloadAt > length) break;
    const json = record.toString('utf8', ATTRIBUTES_LENGTH_BYTES, payloadAt);
    const attributes = JSON.parse(json) as EventAttributes;
    const body = splitBody(attributes, record.subarray(payloadAt));
    events.push({ attributes, ...body, ...shareRequest(shared, attributes, body.request) });
    offset = start + length;
  }
  return { events, tornBytes: bytes.length - offset };
}

/** Events that share a request get the same bytes, so that it is stored once. */
function shareRequest(
  shared: Map<string, Uint8Array>,
  attributes: EventAttributes,
  request: Uint8Array | undefined,
): Pick<HooklineEvent, 'request'> {
  const { requestref } = attributes;
  if (requestref === undefined || request === undefined) return {};
  delete attributes.requestbytes;
  const bytes = shared.get(requestref) ?? request;
  shared.set(requestref, bytes);
  return { request: bytes };
}
