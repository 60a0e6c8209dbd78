import type { SecretBox } from '@hookline/db';
import type { StoredHeaders } from '@hookline/db/delivery';

const placeOf = (endpointId: string, name: string) => `endpoints|headers|${endpointId}|${name.toLowerCase()}`;

/** A header's value as it is stored: sealed, and bound to its endpoint and name. */
export const sealHeaderValue = (box: SecretBox, endpointId: string, name: string, value: string) => ({
  sealed: box.seal(value, placeOf(endpointId, name)),
});

/** @throws DatabaseError `unseal_failed` when the key is not configured, or the row is another's */
export const openHeaders = (
  box: SecretBox,
  endpointId: string,
  stored: StoredHeaders,
): Record<string, string> =>
  mapHeaders(stored, (name, value) =>
    typeof value === 'string' ? value : box.open(value.sealed, placeOf(endpointId, name)),
  );

/** The same headers, their secrets wrapped with the newest key. */
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
