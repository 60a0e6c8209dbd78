import { Readable } from 'node:stream';

/**
 * Reads a stream that is probably short.
 * @returns all its bytes, or, if there are more than `maxBytes`, a stream of all its bytes
 */
export async function readUpTo(
  source: Readable,
  maxBytes: number,
): Promise<{ bytes: Buffer; stream?: undefined } | { bytes?: undefined; stream: Readable }> {
  // The iterator throws it. Without a listener an error behind the last read would end the process.
  source.on('error', () => {});
  const chunks: Buffer[] = [];
  let size = 0;
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return { bytes: Buffer.concat(chunks) };
    chunks.push(Buffer.from(value));
    size += value.length;
    if (size > maxBytes) return { stream: Readable.from(concat(chunks, rest), { objectMode: false }) };
  }
}

async function* concat(chunks: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    // Also where nobody reads to the end: it closes the source.
    await rest.return?.();
  }
}
