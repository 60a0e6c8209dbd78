export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value at a path of a parsed body, or undefined. Own members only: a path may contain a name that the sender
 * chose, and `constructor` must not leave the payload.
 */
export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The object at a path. */
export function objectAt(root: unknown, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(root, ...path);
  return isJsonObject(value) ? value : undefined;
}

/** The non-empty text at a path. */
export function textAt(root: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(root, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The identifier at a path: a text, or a whole number that lost no digits in parsing. */
export function idAt(root: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(root, ...path);
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
