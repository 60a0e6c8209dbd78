import { type Rejection, reject } from '../../rejection.ts';
import { decodeText } from './decode-text.ts';
import { FormBuilder, type FormFields } from './form-fields.ts';

/** The maximum number of fields of a form. Each occurrence of a name counts. */
export const MAX_FIELDS = 1000;

/**
 * The fields of an `application/x-www-form-urlencoded` body, parsed as the WHATWG URL Standard does
 * (https://url.spec.whatwg.org/#urlencoded-parsing): a `%` that begins no escape stays, and invalid bytes become
 * U+FFFD. Takes linear time.
 * @param charset from the content type; default UTF-8
 */
export function parseForm(bytes: Buffer, charset?: string): FormFields | Rejection {
  const form = new FormBuilder();
  let start = 0;
  while (start < bytes.length) {
    const ampersand = bytes.indexOf(AMPERSAND, start);
    const end = ampersand === -1 ? bytes.length : ampersand;
    const part = bytes.subarray(start, end);
    start = end + 1;
    if (part.length === 0) continue;
    if (form.count === MAX_FIELDS) {
      return reject('malformed_body', `The form must have at most ${MAX_FIELDS} fields.`);
    }
    const equals = part.indexOf(EQUALS);
    const name = equals === -1 ? part : part.subarray(0, equals);
    const value = equals === -1 ? part.subarray(part.length) : part.subarray(equals + 1);
    form.add(decodeText(unescapeBytes(name), charset), decodeText(unescapeBytes(value), charset));
  }
  return form.fields;
}

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const SPACE = 0x20;
const PERCENT = 0x25;

function unescapeBytes(bytes: Buffer): Buffer {
  if (!bytes.includes(PERCENT) && !bytes.includes(PLUS)) return bytes;
  const unescaped = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const high = byte === PERCENT ? hexDigit(bytes[at + 1]) : -1;
    const low = high === -1 ? -1 : hexDigit(bytes[at + 2]);
    if (low !== -1) {
      unescaped[length++] = high * 16 + low;
      at += 2;
    } else unescaped[length++] = byte === PLUS ? SPACE : byte;
  }
  return unescaped.subarray(0, length);
}

/** The value of a hexadecimal digit; -1 for any other byte. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
