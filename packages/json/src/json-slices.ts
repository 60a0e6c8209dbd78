/**
 * Finds the bytes of single values inside a JSON text, so that an item of a batch can be passed on as it was
 * received: numbers beyond 2^53 keep their digits, escapes their spelling. The text must have passed `parseJson`;
 * invalid JSON gives meaningless slices, but never an error or an endless loop.
 */

import { withoutByteOrderMark } from './byte-order-mark.ts';

/** The byte range of a value; `end` is exclusive. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

export interface MemberSlice {
  /** With its quotation marks and escapes. */
  readonly key: Slice;
  readonly value: Slice;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The whole value of a text, without the byte order mark and the white space around it. */
export function rootSlice(bytes: Buffer): Slice {
  const start = rootStart(bytes);
  return { start, end: endOfValue(bytes, start) };
}

/** Whether the value of a text begins as an array. Reads only the first byte of the value. */
export function beginsArray(bytes: Buffer): boolean {
  return bytes[rootStart(bytes)] === OPEN_ARRAY;
}

function rootStart(bytes: Buffer): number {
  return skipSpace(bytes, bytes.length - withoutByteOrderMark(bytes).length);
}

/** The members of the object at `slice` by name; if a name occurs twice, the last member counts, as in JSON.parse. */
export function objectMembers(bytes: Buffer, slice: Slice): Map<string, MemberSlice> {
  const members = new Map<string, MemberSlice>();
  if (bytes[slice.start] !== OPEN_OBJECT) return members;
  let at = skipSpace(bytes, slice.start + 1);
  while (at < slice.end && bytes[at] === QUOTE) {
    const key = { start: at, end: stringEnd(bytes, at) };
    at = skipSpace(bytes, key.end);
    if (bytes[at] !== COLON) break;
    const start = skipSpace(bytes, at + 1);
    const value = { start, end: endOfValue(bytes, start) };
    members.set(readJsonString(bytes, key), { key, value });
    at = skipSpace(bytes, value.end);
    if (bytes[at] !== COMMA) break;
    at = skipSpace(bytes, at + 1);
  }
  return members;
}

/**
 * The bytes of one member's value in the JSON text of an object, unchanged: a payload that is passed on must keep the
 * digits of its numbers and the spelling of its strings. If the name occurs twice, the last member counts.
 * @returns a view on `json`; undefined if there is no such member
 */
export function sliceJsonMember(json: Buffer, name: string): Buffer | undefined {
  const text = { start: skipSpace(json, 0), end: json.length };
  const value = objectMembers(json, text).get(name)?.value;
  return value && json.subarray(value.start, value.end);
}

/** The items of the array at `slice`, in order. */
export function arrayItems(bytes: Buffer, slice: Slice): Slice[] {
  const items: Slice[] = [];
  if (bytes[slice.start] !== OPEN_ARRAY) return items;
  let at = skipSpace(bytes, slice.start + 1);
  while (at < slice.end && bytes[at] !== CLOSE_ARRAY) {
    const item = { start: at, end: endOfValue(bytes, at) };
    items.push(item);
    at = skipSpace(bytes, item.end);
    if (bytes[at] !== COMMA) break;
    at = skipSpace(bytes, at + 1);
  }
  return items;
}

/** The scalar at `slice` as text: a string's characters, a number's own digits; undefined for anything else. */
export function scalarText(bytes: Buffer, slice: Slice): string | undefined {
  const first = bytes[slice.start];
  if (first === QUOTE) return readJsonString(bytes, slice);
  if (first === 0x2d || (first !== undefined && first >= 0x30 && first <= 0x39)) {
    return bytes.toString('latin1', slice.start, slice.end);
  }
  return undefined;
}

/** The characters of the string at `slice`; the slice includes the quotation marks. */
export function readJsonString(bytes: Buffer, slice: Slice): string {
  const text = bytes.toString('utf8', slice.start + 1, slice.end - 1);
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** Iterative, because the sender chooses the depth. Always advances by at least one byte. */
function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let at = start;
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
    for (at++; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte)) break;
    }
    return Math.min(at, bytes.length);
  }
  let depth = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      continue;
    }
    at++;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at;
  }
  return bytes.length;
}

/** The position after the closing quotation mark of the string that begins at `start`. */
export function stringEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
