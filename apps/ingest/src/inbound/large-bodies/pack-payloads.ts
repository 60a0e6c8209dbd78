import type { NormalizedEvent } from '@hookline/providers';

export interface PackedPayloads {
  events: readonly NormalizedEvent[];
  /** What all payloads lie in: may be given away to another thread, as a whole. */
  buffers: readonly ArrayBuffer[];
}

/**
 * Events whose payloads lie in as few buffers as can be, of which nothing else has a part. Those that were cut from
 * the body stay in it. All others are copied together into one: a Buffer may lie in a pool that belongs to Node and
 * cannot be given away, and ten thousand buffers of their own take longer to give away than to copy.
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
      // What an event only works out when asked is lost on the way to another thread: it is asked here.
      // Worked out only when it is asked for, which happens before an event gets here.
      dedupeFields: [],
      payload: moved.get(event.payload) ?? event.payload,
    })),
    buffers: [packed.buffer, body.buffer as ArrayBuffer],
  };
}
