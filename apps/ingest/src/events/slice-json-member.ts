const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/**
 * The bytes of one member's value in a JSON object, as they stand there: a payload that is passed on must keep the
 * digits of its numbers and the spelling of its strings, which parsing and printing again would change. Of several
 * members of that name the last counts, as in JSON.parse.
 *
 * @param json a JSON object in UTF-8 that JSON.parse has accepted; anything else gives bytes of no meaning
 * @returns a view on `json`, without white space around; undefined when there is no such member
 */
export function sliceJsonMember(json: Buffer, name: string): Buffer | undefined {
  let found: Buffer | undefined;
  let at = skipSpace(json, 0);
  if (json[at] !== OPEN_OBJECT) return undefined;
  at = skipSpace(json, at + 1);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at);
    const isWanted = readKey(json, at, keyEnd) === name;
    at = skipSpace(json, keyEnd);
    if (json[at] !== COLON) break;
    const start = skipSpace(json, at + 1);
    const end = endOfValue(json, start);
    if (isWanted) found = json.subarray(start, end);
    at = skipSpace(json, end);
    if (json[at] !== COMMA) break;
    at = skipSpace(json, at + 1);
  }
  return found;
}

function readKey(json: Buffer, start: number, end: number): string {
  const text = json.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** Iterative, because depth is the sender's choice. */
function endOfValue(json: Buffer, start: number): number {
  let at = start;
  let depth = 0;
  while (at < json.length) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        depth++;
        at++;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
        at++;
        break;
      default:
        // Of a number or a word, or what stands between the values of an object or an array.
        at = depth > 0 ? at + 1 : endOfScalar(json, at);
    }
    if (depth === 0) return at;
  }
  return json.length;
}

function endOfScalar(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length) {
    const byte = json[at];
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte)) break;
    at++;
  }
  return at;
}

function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
