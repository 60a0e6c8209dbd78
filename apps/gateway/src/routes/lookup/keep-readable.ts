import { type FoundThing, LOOKUP_SCOPES, type Scope } from '@hookline/contracts';

/** The things that a caller with these scopes could read by the operation that shows each. */
export function keepReadable(found: readonly FoundThing[], scopes: readonly Scope[]): FoundThing[] {
  return found.filter(({ kind }) => scopes.includes(LOOKUP_SCOPES[kind]));
}
