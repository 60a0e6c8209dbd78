import type { ApiErrorCode, Principal, Scope } from '@hookline/contracts';

/** A stored credential that may be used: an API key or a session. */
export interface Credential {
  /** Its `keyId` is the id of the key or of the session. */
  principal: Principal;
  scopes: readonly Scope[];
  allowsAddress: (address: string) => boolean;
  /** After how many ms, from when Postgres was asked, it ends by itself; undefined: it does not. */
  endsAfterMs: number | undefined;
}

/** Why a credential that Postgres knows may not be used. */
export interface RefusedCredential {
  /** Whose it is; undefined: not known. */
  principal?: Principal;
  refused: Extract<ApiErrorCode, 'key_expired' | 'key_rotated' | 'key_revoked' | 'session_ended'>;
}
