import { createHash } from 'node:crypto';
import type { HooklineEvent, Ordering } from '@hookline/contracts';
import { toStorableText } from '@hookline/db';
import { isJsonNumber, parseExactJson, parsePointer, sliceAt } from '@hookline/json';

const MAX_KEY_LENGTH = 200;
/** No larger payload is searched for its key: it would hold up everything else. */
const MAX_SEARCHED_BYTES = 1_048_576;

/** Between the place that an endpoint names and what an event has there. */
const SEPARATOR = '\u001F';

/**
 * The key by which an event waits for others: text, a number or a boolean at the place that the endpoint names. It
 * begins with that place, so that a key that was made before the endpoint named another is none of the new ones.
 * @returns undefined when the event has none there: it waits for nothing, and nothing waits for it
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

/** @param text as people know the key, and `textOfOrderingKey` shows it */
export const orderingKeyFor = ({ key }: Pick<Ordering, 'key'>, text: string) => `${key}${SEPARATOR}${text}`;

export const textOfOrderingKey = (orderingKey: string) =>
  orderingKey.slice(orderingKey.indexOf(SEPARATOR) + 1);

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/** The one value is found and parsed, not the whole payload: so a number keeps every digit at no cost. */
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
