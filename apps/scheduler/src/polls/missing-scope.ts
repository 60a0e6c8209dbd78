/**
 * The scopes of which one is needed and none is granted, in words; undefined if nothing is missing.
 * @param granted undefined: the provider has no scopes for this kind of application
 */
export function missingScope(
  needed: readonly string[],
  granted: readonly string[] | undefined,
): string | undefined {
  if (needed.length === 0 || granted === undefined) return undefined;
  return needed.some((scope) => granted.includes(scope)) ? undefined : needed.join(' or ');
}
