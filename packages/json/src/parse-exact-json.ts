import { ExactNumber } from './exact-number.ts';
import { hasInexactNumber } from './has-inexact-number.ts';

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
/** With the source text of a value: in V8 since 11.4; TypeScript's libraries do not declare it yet. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? ExactNumber.read(source) : value;

/**
 * Parses as `JSON.parse` does, with an `ExactNumber` for each number that a JavaScript number cannot hold. A text
 * without such a number takes as long as with `JSON.parse`; a text with one, about ten times as long.
 *
 * @param json UTF-8
 * @throws SyntaxError
 */
export function parseExactJson(json: Uint8Array | string): unknown {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  const text =
    typeof json === 'string' ? json : Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
  return hasInexactNumber(bytes) ? parseWithSource(text, keepDigits) : JSON.parse(text);
}
