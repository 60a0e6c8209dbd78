import { crc32 } from 'node:zlib';
import type { EventAttributes, HooklineEvent } from '@hookline/contracts';

// A record: length of what follows the checksum, its CRC-32, length of the attributes (each 4 bytes, little endian),
// the attributes as JSON, the payload.
const PREFIX_BYTES = 8;
const ATTRIBUTES_LENGTH_BYTES = 4;

/** The record of an event in the pieces to be written; the payload is not copied. */
export function encodeRecord({ attributes, payload }: HooklineEvent): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(attributes));
  const head = Buffer.allocUnsafe(PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES + json.length);
  head.writeUInt32LE(ATTRIBUTES_LENGTH_BYTES + json.length + payload.length, 0);
  head.writeUInt32LE(json.length, PREFIX_BYTES);
  json.copy(head, PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(PREFIX_BYTES))), 4);
  return [head, payload];
}

/** What a file of records holds, as far as it is whole. */
export interface DecodedRecords {
  events: HooklineEvent[];
  /** Bytes behind the last whole record: what a crash cut off while it was written, and so was never answered. */
  tornBytes: number;
}

export function decodeRecords(bytes: Buffer): DecodedRecords {
  const events: HooklineEvent[] = [];
  let offset = 0;
  while (offset + PREFIX_BYTES + ATTRIBUTES_LENGTH_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(offset);
    const start = offset + PREFIX_BYTES;
    const record = bytes.subarray(start, start + length);
    if (length < ATTRIBUTES_LENGTH_BYTES || record.length < length) break;
    if (crc32(record) !== bytes.readUInt32LE(offset + 4)) break;
    const payloadAt = ATTRIBUTES_LENGTH_BYTES + record.readUInt32LE(0);
    if (payloadAt > length) break;
    events.push({
      attributes: JSON.parse(record.toString('utf8', ATTRIBUTES_LENGTH_BYTES, payloadAt)) as EventAttributes,
      payload: record.subarray(payloadAt),
    });
    offset = start + length;
  }
  return { events, tornBytes: bytes.length - offset };
}
