import { createHash } from 'node:crypto';
import type { HooklineEvent, Ordering } from '@hookline/contracts';
import { toStorableText } from '../storable-text.ts';

const MAX_KEY_LENGTH = 200;
/** No larger payload is parsed for its key: it would hold up everything else. */
const MAX_PARSED_BYTES = 1_048_576;

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
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
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

function valueAt(payload: Uint8Array, pointer: string): unknown {
  if (payload.length > MAX_PARSED_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
