import type { NormalizedEvent } from '@hookline/providers';

export interface PackedPayloads {
  events: readonly NormalizedEvent[];
  /** The buffers of all payloads: they may be transferred to another thread as a whole. */
  buffers: readonly ArrayBuffer[];
}

/**
 * Moves the events' payloads into as few buffers as possible, which contain nothing else. Payloads that are slices of
 * the body stay there. All others are copied into one buffer: a Buffer may be part of Node's pool and cannot be
 * transferred, and transferring ten thousand buffers takes longer than copying.
 * @param body in a buffer of its own
 */
export function packPayloads(events: readonly NormalizedEvent[], body: Buffer): PackedPayloads {
  const loose = new Set<Buffer>();
  for (const { payload } of events) if (payload.buffer !== body.buffer) loose.add(payload);
  let size = 0;
  for (const payload of loose) size += payload.length;
  const packed = new Uint8Array(size);
  const moved = new Map<Buffer, Buffer>();
  let at = 0;
  for (const payload of loose) {
    packed.set(payload, at);
    moved.set(payload, Buffer.from(packed.buffer, at, payload.length));
    at += payload.length;
  }
  return {
    events: events.map((event) => ({
      ...event,
      // An event's lazy fields are lost in the transfer to another thread, so they are evaluated here.
      dedupeFields: [],
      payload: moved.get(event.payload) ?? event.payload,
    })),
    buffers: [packed.buffer, body.buffer as ArrayBuffer],
  };
}
