import type { SecretBox } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';

/** The two tokens of a row of `connection_tokens`, sealed. */
export interface SealedTokens {
  access: string;
  refresh: string | null;
}

/** Seals and opens tokens, each bound to its row and column. */
export interface TokenSeals {
  seal(
    connectionId: string,
    kind: CredentialKind,
    tokens: { access: string; refresh: string | undefined },
  ): SealedTokens;
  /** @throws DatabaseError `unseal_failed` */
  openAccess(connectionId: string, kind: CredentialKind, sealed: string): string;
  /** @throws DatabaseError `unseal_failed` */
  openRefresh(connectionId: string, kind: CredentialKind, sealed: string): string;
  /** @throws DatabaseError `unseal_failed` */
  rewrap(connectionId: string, kind: CredentialKind, tokens: SealedTokens): SealedTokens;
}

const placeOf = (column: 'access' | 'refresh', connectionId: string, kind: CredentialKind) =>
  `connection_tokens|${column}_sealed|${connectionId} ${kind}`;

export function createTokenSeals(box: SecretBox): TokenSeals {
  return {
    seal: (id, kind, { access, refresh }) => ({
      access: box.seal(access, placeOf('access', id, kind)),
      refresh: refresh === undefined ? null : box.seal(refresh, placeOf('refresh', id, kind)),
    }),
    openAccess: (id, kind, sealed) => box.open(sealed, placeOf('access', id, kind)),
    openRefresh: (id, kind, sealed) => box.open(sealed, placeOf('refresh', id, kind)),
    rewrap: (id, kind, { access, refresh }) => ({
      access: box.rewrap(access, placeOf('access', id, kind)),
      refresh: refresh === null ? null : box.rewrap(refresh, placeOf('refresh', id, kind)),
    }),
  };
}
