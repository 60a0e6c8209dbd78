/** The value of a JSON text; undefined for any other text. */
export function parseBody(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(
      typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString(),
    );
  } catch {
    return undefined;
  }
}
