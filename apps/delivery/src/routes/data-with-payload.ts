/**
 * Answers with the JSON `{"data": {…, "payload": …}}`. The payload keeps its own bytes: a number beyond 2^53 in it must
 * look as it was sent.
 * @param payload JSON
 */
export function dataWithPayload(data: object, payload: Uint8Array): Buffer {
  const head = JSON.stringify({ data }).slice(0, -2);
  return Buffer.concat([Buffer.from(`${head},"payload":`), payload, Buffer.from('}}')]);
}

export const NO_PAYLOAD: Buffer = Buffer.from('null');
