import { createHash } from 'node:crypto';
import type { HooklineEvent, Ordering } from '@hookline/contracts';
import { toStorableText } from '@hookline/db';
import { isJsonNumber, parseExactJson, parsePointer, sliceAt } from '@hookline/json';

const MAX_KEY_LENGTH = 200;
/** A larger payload is not searched for its key, because that would block the event loop. */
const MAX_SEARCHED_BYTES = 1_048_576;

/** Separates the pointer or attribute that the endpoint names from the event's value. */
const SEPARATOR = '\u001F';

/**
 * The ordering key of an event: the text, number or boolean at the pointer or attribute that the endpoint names. It
 * begins with that name, so that keys from an earlier `ordering` of the endpoint differ from the new ones.
 * @returns undefined when the event has no such value: it waits for no other, and no other waits for it
 */
export function orderingKeyOf(
  ordering: Ordering,
  { attributes, payload }: Pick<HooklineEvent, 'attributes' | 'payload'>,
): string | undefined {
  const { key } = ordering;
  const value = key.startsWith('/')
    ? valueAt(payload, key)
    : attributes[key as 'type' | 'source' | 'subject' | 'provider' | 'repository'];
  if (typeof value !== 'string' && !isJsonNumber(value) && typeof value !== 'boolean') return undefined;
  const text = toStorableText(String(value));
  return orderingKeyFor(
    ordering,
    text.length <= MAX_KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`,
  );
}

/** @param text the event's value, as `textOfOrderingKey` returns it */
export const orderingKeyFor = ({ key }: Pick<Ordering, 'key'>, text: string) => `${key}${SEPARATOR}${text}`;

export const textOfOrderingKey = (orderingKey: string) =>
  orderingKey.slice(orderingKey.indexOf(SEPARATOR) + 1);

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/** Parses the one value, not the whole payload, so that a number keeps every digit. */
function valueAt(payload: Uint8Array, pointer: string): unknown {
  if (payload.length > MAX_SEARCHED_BYTES) return undefined;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const slice = sliceAt(bytes, parsePointer(pointer));
  if (slice === undefined) return undefined;
  const text = bytes.subarray(slice.start, slice.end);
  // Neither an object nor an array is a key.
  if (text[0] === OPEN_OBJECT || text[0] === OPEN_ARRAY) return undefined;
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
