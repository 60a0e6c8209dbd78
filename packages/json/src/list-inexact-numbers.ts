import { ExactNumber } from './exact-number.ts';
import { readJsonString, type Slice, stringEnd } from './json-slices.ts';

/** A number that `JSON.parse` would change. */
export interface InexactNumber {
  /** JSON pointer (RFC 6901). */
  pointer: string;
  /** The number as it was written. */
  text: string;
}

/** The current position in one array or object. */
interface Level {
  /** Undefined in an array. */
  key: Slice | undefined;
  /** The index of the item in an array. */
  index: number;
  isArray: boolean;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NUMBER_PART = /[-+.0-9eE]/;

/**
 * Every number in a JSON text that `JSON.parse` would change, in one pass over the bytes.
 * @param json UTF-8 that JSON.parse accepts; for any other text the result is meaningless
 * @param most the maximum number of results: the first ones are listed
 */
export function listInexactNumbers(json: Uint8Array, most: number): InexactNumber[] {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const found: InexactNumber[] = [];
  const levels: Level[] = [];
  let at = 0;
  while (at < bytes.length && found.length < most) {
    const byte = bytes[at] as number;
    const level = levels.at(-1);
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      if (level && !level.isArray && isKey(bytes, end)) level.key = { start: at, end };
      at = end;
    } else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) {
      let end = at + 1;
      while (end < bytes.length && NUMBER_PART.test(String.fromCharCode(bytes[end] as number))) end++;
      const text = bytes.toString('latin1', at, end);
      if (ExactNumber.read(text) instanceof ExactNumber)
        found.push({ pointer: levels.map((each) => `/${stepOf(bytes, each)}`).join(''), text });
      at = end;
    } else {
      if (byte === OPEN_ARRAY || byte === OPEN_OBJECT)
        levels.push({ key: undefined, index: 0, isArray: byte === OPEN_ARRAY });
      else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) levels.pop();
      else if (byte === COMMA && level) level.index++;
      at++;
    }
  }
  return found;
}

function isKey(bytes: Buffer, end: number): boolean {
  let at = end;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return bytes[at] === COLON;
}

function stepOf(bytes: Buffer, { key, index }: Level): string {
  if (key === undefined) return String(index);
  return readJsonString(bytes, key).replaceAll('~', '~0').replaceAll('/', '~1');
}
