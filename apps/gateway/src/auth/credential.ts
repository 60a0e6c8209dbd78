import type { ApiErrorCode, PortalCapability, Principal, Scope } from '@hookline/contracts';

/** A stored credential that may be used: an API key, a session or a token of a portal session. */
export interface Credential {
  /** Its `keyId` is the id of the key, of the session or of the portal session. */
  principal: Principal;
  scopes: readonly Scope[];
  /** Of a portal session; undefined for every other credential. */
  capabilities?: readonly PortalCapability[];
  allowsAddress: (address: string) => boolean;
  /** After how many ms, from when Postgres was asked, it ends by itself; undefined: it does not. */
  endsAfterMs: number | undefined;
}

/** Why a credential that Postgres knows may not be used. */
export interface RefusedCredential {
  /** Whose it is; undefined: not known. */
  principal?: Principal;
  refused: Extract<
    ApiErrorCode,
    'key_expired' | 'key_rotated' | 'key_revoked' | 'session_ended' | 'portal_session_ended'
  >;
}
