import type { NormalizedEvent } from '@hookline/providers';
import { expect, test } from 'vitest';
import { packPayloads } from './pack-payloads.ts';

const eventOf = (payload: Buffer): NormalizedEvent => ({
  type: 'meta.page',
  source: '/meta',
  dedupeFields: [],
  payload,
});

test('payloads of every origin can be transferred to another thread, and their bytes stay the same', () => {
  const body = Buffer.from(new Uint8Array(1_000).fill(0x61).buffer);
  const pooled = Buffer.from('{"a":1}');
  const shared = Buffer.concat([pooled, Buffer.from('{"b":2}')]);
  const own = Buffer.alloc(100_000, 'x');
  const payloads = [body.subarray(3, 30), pooled, shared, own, shared, Buffer.alloc(0), body];
  const texts = payloads.map(String);

  const packed = packPayloads(payloads.map(eventOf), body);
  expect(packed.buffers).toHaveLength(2);
  // A payload that two events share is packed once.
  expect(packed.buffers[0]?.byteLength).toBe(pooled.length + shared.length + own.length);
  const received = structuredClone(
    packed.events.map(({ payload }) => payload),
    { transfer: [...packed.buffers] },
  );
  expect(received.map((bytes) => Buffer.from(bytes).toString())).toEqual(texts);
  expect(pooled.toString()).toBe('{"a":1}');
});
