/**
 * Caches the results of `derive`, so that a key is decoded once and not for every request.
 *
 * When the cache is full, the entry that was added first is dropped: keys are cheap to derive again, so recency is not
 * worth tracking. An error of `derive` is thrown and not cached. The strings (secrets) stay in memory as keys.
 */
export function cacheByString<Value>(
  derive: (key: string) => Value,
  maxEntries = 10_000,
): (key: string) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = derive(key);
    if (values.size >= maxEntries) {
      const oldest = values.keys().next();
      if (!oldest.done) values.delete(oldest.value);
    }
    values.set(key, value);
    return value;
  };
}
