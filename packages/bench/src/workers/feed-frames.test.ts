import { expect, test } from 'vitest';
import { readFrames, TEXT, writeFrame } from './feed-frames.ts';

/** The frame that a server would send. */
function serverFrame(text: string): Buffer {
  const masked = writeFrame(TEXT, text);
  const payload = Buffer.from(text);
  const head = masked.subarray(0, masked.length - payload.length - 4);
  head[1] = (head[1] as number) & 0x7f;
  return Buffer.concat([head, payload]);
}

test('frames are read however the network cuts them', () => {
  // A single byte at a time is given to short frames only: the bytes of a frame are copied with each step.
  for (const [step, longest] of [
    [1, 1_000],
    [7, 1_000],
    [1_000, 60_000],
    [100_000, 60_000],
  ] as const) {
    const texts = ['', 'a', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(longest)];
    const bytes = Buffer.concat(texts.map(serverFrame));
    const read: string[] = [];
    let rest = Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at += step) {
      const result = readFrames(Buffer.concat([rest, bytes.subarray(at, at + step)]));
      rest = Buffer.from(result.rest);
      read.push(...result.frames.map(({ payload }) => payload.toString()));
    }
    expect([read.length, read.every((text, index) => text === texts[index]), rest.length]).toEqual([
      texts.length,
      true,
      0,
    ]);
  }
});
