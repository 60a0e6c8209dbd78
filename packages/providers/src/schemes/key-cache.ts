/**
 * Caches the key that `derive` returns for a secret, so that a key is not decoded for every request. A full cache
 * evicts its oldest entry: keys are cheap to derive again.
 */
export function cacheBySecret<Value extends object>(
  derive: (secret: string) => Value,
  maxEntries = 10_000,
): (secret: string) => Value {
  const values = new Map<string, Value>();
  return (secret) => {
    const known = values.get(secret);
    if (known !== undefined) return known;
    const value = derive(secret);
    if (values.size >= maxEntries) {
      const oldest = values.keys().next();
      if (!oldest.done) values.delete(oldest.value);
    }
    values.set(secret, value);
    return value;
  };
}
