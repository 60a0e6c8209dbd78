import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { cpuMs } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { showBody } from './show-body.ts';

const TEXT = JSON.stringify({ message: 'The größe is unknown', more: 'abc '.repeat(500) });
const MAX = 16_384;
const show = (body: Buffer, coding: string, max = MAX) => showBody(body, { 'content-encoding': coding }, max);

const COMPRESSED = [
  ['gzip', gzipSync(TEXT)],
  ['X-GZIP', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
] as const;

test.each(COMPRESSED)('an answer in %s is shown as text', async (coding, body) => {
  expect(await show(body, coding)).toEqual({ text: TEXT, compression: null });
});

test.each(COMPRESSED.slice(0, 4))(
  'the beginning of an answer in %s that was cut off is shown',
  async (coding) => {
    const noise = Array.from({ length: 3_000 }, (_, n) => (n * 2_654_435_761) % 1_000_003).join(' ');
    const body = { gzip: gzipSync, 'X-GZIP': gzipSync, deflate: deflateSync }[coding as 'gzip'](noise);
    const { text, compression } = await show(body.subarray(0, body.length / 2), coding);
    expect(compression).toBe(null);
    expect(text?.length).toBeGreaterThan(1_000);
    expect(noise.startsWith(text as string)).toBe(true);
  },
);

test('what would be hundreds of megabytes is shown up to the bound, at once', async () => {
  const bomb = gzipSync(Buffer.alloc(300_000_000, 'a'));
  const startMs = cpuMs();
  const { text } = await show(bomb, 'gzip');
  expect(text).toBe('a'.repeat(MAX));
  expect(cpuMs() - startMs).toBeLessThan(1_000);
});

test('a header that is not true, and a coding that is not known, show what is there', async () => {
  const plain = Buffer.from(TEXT);
  expect(await show(plain, 'gzip')).toEqual({ text: TEXT, compression: null });
  expect(await show(plain, 'identity')).toEqual({ text: TEXT, compression: null });
  const body = gzipSync(TEXT);
  expect(await show(body, 'dcb')).toEqual({ text: body.toString('base64'), compression: 'dcb' });
  expect(await showBody(null, null, MAX)).toEqual({ text: null, compression: null });
  expect(await showBody(Buffer.alloc(0), { 'content-encoding': 'gzip' }, MAX)).toEqual({
    text: '',
    compression: null,
  });
});
