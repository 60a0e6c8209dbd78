import type { SecretBox } from '@hookline/db';
import type { StoredHeaders } from '@hookline/db/delivery';

const placeOf = (endpointId: string, name: string) => `endpoints|headers|${endpointId}|${name.toLowerCase()}`;

/** Seals the value of a header. The sealed text can be opened only for this endpoint and this name. */
export const sealHeaderValue = (box: SecretBox, endpointId: string, name: string, value: string) => ({
  sealed: box.seal(value, placeOf(endpointId, name)),
});

/** @throws DatabaseError `unseal_failed` if the key is not configured, or the text belongs to another row */
export const openHeaders = (
  box: SecretBox,
  endpointId: string,
  stored: StoredHeaders,
): Record<string, string> =>
  mapHeaders(stored, (name, value) =>
    typeof value === 'string' ? value : box.open(value.sealed, placeOf(endpointId, name)),
  );

/** Wraps the sealed values of headers with the newest key-encryption key. */
export const rewrapHeaders = (box: SecretBox, endpointId: string, stored: StoredHeaders): StoredHeaders =>
  mapHeaders(stored, (name, value) =>
    typeof value === 'string' ? value : { sealed: box.rewrap(value.sealed, placeOf(endpointId, name)) },
  );

function mapHeaders<Value>(
  stored: StoredHeaders,
  map: (name: string, value: StoredHeaders[string]) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, map(name, value)]));
}
