/**
 * Remembers what `derive` made of a secret, so that keys are decoded once and not for every request. At the bound the
 * oldest goes: keys are cheap to derive again.
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
