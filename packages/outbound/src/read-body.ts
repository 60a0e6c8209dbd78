/** Reads the body of one of undici's answers. @returns undefined if it is longer than `maxBytes` */
export async function readBody(
  body: AsyncIterable<Buffer> & { on(event: 'error', listener: () => void): unknown },
  maxBytes: number,
): Promise<Buffer | undefined> {
  // An aborted body emits an error of its own.
  body.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the body.
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
