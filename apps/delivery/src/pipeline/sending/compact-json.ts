/**
 * JSON as a receiver writes it that parses a body and prints it again: numbers as doubles, the last of two members of
 * one name, whole numbers as names first. The default export of a module is also what a thread runs.
 */
export default function compactJson(json: Uint8Array): Buffer {
  const text = Buffer.from(json.buffer, json.byteOffset, json.length).toString('utf8');
  return Buffer.from(JSON.stringify(JSON.parse(text)));
}
