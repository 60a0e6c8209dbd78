const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** A double represents every decimal number with this many digits. */
const SAFE_DIGITS = 15;

/**
 * Whether `JSON.parse` may change a number of a JSON text: a number with more than 15 digits or with an exponent.
 * A single pass that skips strings, far quicker than parsing.
 * @param json UTF-8; need not be valid JSON
 */
export function hasInexactNumber(json: Uint8Array): boolean {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if (isDigit(byte) || byte === MINUS) {
      const start = ++at;
      let digits = isDigit(byte) ? 1 : 0;
      for (; at < bytes.length; at++) {
        const next = bytes[at] as number;
        if (isDigit(next)) digits++;
        else if (isExponent(next)) return true;
        else if (next !== DOT) break;
      }
      if (digits > SAFE_DIGITS || at - start > SAFE_DIGITS + 1) return true;
    } else {
      at++;
    }
  }
  return false;
}

/** Most of a JSON text is strings, and `indexOf` searches them at memory speed. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(bytes, start, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end === -1 ? bytes.length : end + 1;
}

function isEscaped(bytes: Buffer, start: number, quote: number): boolean {
  let before = quote - 1;
  while (before > start && bytes[before] === BACKSLASH) before--;
  return (quote - before) % 2 === 0;
}

const isDigit = (byte: number) => byte >= ZERO && byte <= NINE;
const isExponent = (byte: number) => byte === 0x65 || byte === 0x45;
