/**
 * What a caller may do, apart from whose things it may do it to. Each operation needs one scope (`Operation.scope`). A
 * read-only caller is one whose scopes all end in `:read`.
 *
 * - `connections:token` hands out a provider's access token. No wildcard includes it.
 * - `admin` manages API keys and the queue. It includes no other scope.
 */
export const SCOPES = [
  'events:read',
  'events:write',
  'endpoints:read',
  'endpoints:write',
  'sources:read',
  'sources:write',
  'connections:read',
  'connections:write',
  'connections:token',
  'replays:write',
  'alerts:read',
  'alerts:write',
  'portal:create',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Scopes that are granted together. A scope that is added later belongs to them as well, except `connections:token`,
 * which has to be named: the holder of a provider's token needs no Hookline to do all that the person consented to.
 */
export const SCOPE_WILDCARDS = [
  '*',
  '*:read',
  'events:*',
  'endpoints:*',
  'sources:*',
  'connections:*',
  'alerts:*',
] as const;

/** What a key or token may be granted: a scope, or several by a wildcard. */
export const SCOPE_GRANTS = [...SCOPE_WILDCARDS, ...SCOPES] as const;
export type ScopeGrant = (typeof SCOPE_GRANTS)[number];

const NAMED_ONLY: ReadonlySet<Scope> = new Set(['connections:token']);

function includes(grant: string, scope: Scope): boolean {
  if (grant === scope) return true;
  if (NAMED_ONLY.has(scope)) return false;
  if (grant === '*') return true;
  if (grant === '*:read') return scope.endsWith(':read');
  return grant.endsWith(':*') && scope.startsWith(grant.slice(0, -1));
}

/** The scopes that grants add up to, in the order of `SCOPES`. Texts that are no grants add nothing. */
export function scopesOf(grants: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => grants.some((grant) => includes(grant, scope)));
}
