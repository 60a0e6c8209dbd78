/**
 * JSON as a receiver prints it after it has parsed it: numbers as doubles, the last of two members of one name, and
 * integer names first. The default export is also run in a thread.
 */
export default function compactJson(json: Uint8Array): Buffer {
  const text = Buffer.from(json.buffer, json.byteOffset, json.length).toString('utf8');
  return Buffer.from(JSON.stringify(JSON.parse(text)));
}
