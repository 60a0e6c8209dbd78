import type { Readable } from 'node:stream';

const MAX_BODY_BYTES = 65_536;

/** Reads a body to its end and keeps its first 64 KB. */
export async function collectBody(stream: Readable): Promise<{ body: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < MAX_BODY_BYTES) chunks.push(chunk.subarray(0, MAX_BODY_BYTES - bytes));
    bytes += chunk.length;
  }
  return { body: Buffer.concat(chunks), isCut: bytes > MAX_BODY_BYTES };
}
