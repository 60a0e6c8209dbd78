import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readUpTo } from './read-up-to.ts';

const of = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test.each([
  [[], ''],
  [['ab', 'cd'], 'abcd'],
])('a stream of no more than the limit is read to its end: %j', async (chunks, text) => {
  const { bytes, stream } = await readUpTo(of(...chunks), 4);
  expect([bytes?.toString(), stream]).toEqual([text, undefined]);
});

test('a larger stream is passed on whole and in order, without reading it first', async () => {
  let produced = 0;
  const source = Readable.from(
    (function* () {
      for (; produced < 1_000; produced++) yield Buffer.from(`${produced},`);
    })(),
    { highWaterMark: 1 },
  );
  const { bytes, stream } = await readUpTo(source, 4);
  expect(bytes).toBe(undefined);
  expect(produced).toBeLessThan(20);
  let text = '';
  for await (const chunk of stream as Readable) text += chunk;
  expect(text).toBe(Array.from({ length: 1_000 }, (_, index) => `${index},`).join(''));
});

test('the error of a stream is passed on, at the start and behind the limit', async () => {
  const broken = (chunks: number) =>
    Readable.from(
      (function* () {
        for (let n = 0; n < chunks; n++) yield Buffer.from('abc');
        throw new Error('cut');
      })(),
    );
  await expect(readUpTo(broken(1), 4)).rejects.toThrow('cut');
  const { stream } = await readUpTo(broken(3), 4);
  await expect(stream?.toArray()).rejects.toThrow('cut');
});

test('a reader that stops early closes the source', async () => {
  const source = Readable.from(
    (function* () {
      for (;;) yield Buffer.from('abc');
    })(),
  );
  const { stream } = await readUpTo(source, 4);
  for await (const _ of stream as Readable) break;
  if (!source.closed) await new Promise((resolve) => source.once('close', resolve));
});
