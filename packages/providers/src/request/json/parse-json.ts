import { isUtf8 } from 'node:buffer';
import { withoutByteOrderMark } from '@hookline/json';
import { type Rejection, reject } from '../../rejection.ts';
import { isJsonObject, type JsonObject } from './json-access.ts';

/** Deeper than any provider's payload, and shallow enough for code that walks an event recursively. */
export const MAX_JSON_DEPTH = 256;

/**
 * Parses a body that is later forwarded byte for byte, so it must be valid for its receivers too: JSON in UTF-8, at
 * most 256 levels deep. A byte order mark is ignored here; the caller must remove it before forwarding. `__proto__` is
 * an ordinary member, as in JSON.parse.
 */
export function parseJson(received: Buffer): { readonly ok: true; readonly value: unknown } | Rejection {
  const bytes = withoutByteOrderMark(received);
  if (bytes.length === 0) return reject('malformed_body', 'The body is empty; JSON was expected.');
  if (!isUtf8(bytes)) return reject('malformed_body', 'The body must be UTF-8.');
  const text = bytes.toString('utf8');
  // Most bodies have fewer brackets in total, and counting brackets is twenty times as fast.
  if (hasMoreBracketsThan(text, MAX_JSON_DEPTH) && isDeeperThan(bytes, MAX_JSON_DEPTH)) {
    return reject('body_too_deep', `The body is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the body, which may hold personal data.
    return reject('malformed_body', 'The body is not valid JSON.');
  }
}

/** As `parseJson`, for providers whose bodies are always objects. */
export function parseJsonObject(
  bytes: Buffer,
): { readonly ok: true; readonly value: JsonObject } | Rejection {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  return isJsonObject(value)
    ? { ok: true, value }
    : reject('malformed_body', `The body must be a JSON object; it is ${nameJson(value)}.`);
}

/** What a JSON value is that is no object. */
function nameJson(value: unknown): string {
  if (Array.isArray(value)) return 'a JSON list';
  switch (typeof value) {
    case 'string':
      return 'a JSON string';
    case 'number':
      return 'a JSON number';
    default:
      return `the JSON value ${value}`;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counts opening brackets, including brackets in strings. */
function hasMoreBracketsThan(text: string, max: number): boolean {
  let count = 0;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > max) return true;
    }
  }
  return false;
}

/** Counts brackets outside of strings. Called before parsing, so the bytes may be anything. */
function isDeeperThan(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}
