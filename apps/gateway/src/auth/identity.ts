import type { PortalCapability, Principal, Scope } from '@hookline/contracts';

/** The principal of a token, what it may do, and the end of its validity. */
export interface Identity {
  principal: Principal;
  scopes: readonly Scope[];
  /** Of a portal session, which has no scopes; undefined for every other caller. */
  capabilities?: readonly PortalCapability[];
  /** When the token expires, in ms since 1970; undefined for API keys, which are valid until they are revoked. */
  expiresAtMs?: number;
}
