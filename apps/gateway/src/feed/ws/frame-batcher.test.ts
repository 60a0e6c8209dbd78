import { expect, test } from 'vitest';
import { type BatchedConnection, createFrameBatcher } from './frame-batcher.ts';

test('one message stays as it is, and several become a JSON array', () => {
  const batcher = createFrameBatcher();
  const [a, b, c] = ['{"a": 1}', '{\n"b":2}', '3'].map((text) => Buffer.from(text)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  expect(batcher.join([a])).toBe(a);
  expect(JSON.parse(batcher.join([a, b, c]).toString())).toEqual([{ a: 1 }, { b: 2 }, 3]);
});

test('clients that are sent the same messages share the bytes of the array', () => {
  const batcher = createFrameBatcher();
  const [a, b] = [Buffer.from('1'), Buffer.from('2')];
  const first = batcher.join([a, b]);
  expect(batcher.join([a, b])).toBe(first);
  expect(batcher.join([b, a])).not.toBe(first);
});

test('a window ends once for a connection that was sent nothing in it, and begins again for one that was', async () => {
  const batcher = createFrameBatcher(1);
  let busyEnds = 0;
  let quietEnds = 0;
  await new Promise<void>((resolve) => {
    const busy: BatchedConnection = {
      endWindow() {
        busyEnds++;
        if (busyEnds < 3) return true;
        resolve();
        return false;
      },
    };
    batcher.beginWindow(busy);
    batcher.beginWindow({
      endWindow() {
        quietEnds++;
        return false;
      },
    });
  });
  expect([busyEnds, quietEnds]).toEqual([3, 1]);
});
