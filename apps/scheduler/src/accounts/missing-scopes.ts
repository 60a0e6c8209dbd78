import type { Connectable } from '@hookline/providers';

export interface MissingScopes {
  /** One of them is needed. */
  scopes: string[];
  /** The polls and watches that rest without it. */
  pauses: string[];
}

/**
 * What a connection lacks for the polls and watches of its service.
 * @param granted undefined: the provider has no scopes for this kind of application, or did not tell
 */
export function findMissingScopes(
  { polling = [], watches = [] }: Pick<Connectable, 'polling' | 'watches'>,
  granted: readonly string[] | undefined,
): MissingScopes[] {
  if (granted === undefined) return [];
  const missing = new Map<string, MissingScopes>();
  for (const { id, scopes } of [...polling, ...watches]) {
    if (scopes.length === 0 || scopes.some((scope) => granted.includes(scope))) continue;
    const key = scopes.join(' ');
    const entry = missing.get(key) ?? { scopes: [...scopes], pauses: [] };
    if (!entry.pauses.includes(id)) entry.pauses.push(id);
    missing.set(key, entry);
  }
  return [...missing.values()];
}

/**
 * The scopes to ask for when an account is connected again: those of the application, those that it had, and of what is
 * missing the one that asks for least, which providers' files list first. A request for less could take away what the
 * account had (GitHub).
 */
export function scopesToAskFor(
  configured: readonly string[],
  earlier: readonly string[],
  missing: readonly MissingScopes[],
): string[] {
  const wanted = new Set([...configured, ...earlier]);
  for (const { scopes } of missing) {
    const [first] = scopes;
    if (first !== undefined && !scopes.some((scope) => wanted.has(scope))) wanted.add(first);
  }
  return [...wanted];
}
