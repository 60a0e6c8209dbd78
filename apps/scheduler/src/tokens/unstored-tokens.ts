import type { KeptValues } from '@hookline/bus';
import type { CredentialKind } from '@hookline/providers';

/** The result of an exchange that Postgres did not store yet, sealed. */
export interface UnstoredToken {
  connectionId: string;
  kind: CredentialKind;
  /** The generation whose refresh token was exchanged. */
  generation: number;
  accessSealed: string;
  refreshSealed: string | null;
  tokenType: string;
  scopes: readonly string[] | null;
  /** From `answeredAtMs` on; null: unknown, or without end. */
  lifeSeconds: number | null;
  refreshLifeSeconds: number | null;
  /** In ms since 1970, by the clock of the replica that exchanged it: the only clock while Postgres is away. */
  answeredAtMs: number;
}

/** Keeps results of exchanges in NATS for the time that Postgres is away, so that the end of a process loses none. */
export interface UnstoredTokens {
  /** @throws BusError `not_stored` */
  keep(token: UnstoredToken): Promise<void>;
  /** @throws BusError `read_incomplete` */
  find(connectionId: string, kind: CredentialKind): Promise<UnstoredToken | undefined>;
  /** @throws BusError `not_stored` */
  forget(connectionId: string, kind: CredentialKind): Promise<void>;
  /** Some of them. @throws BusError `read_incomplete` */
  list(limit: number): Promise<UnstoredToken[]>;
}

export const UNSTORED_TOKENS_BUCKET = 'hookline-unstored-tokens';
/** Refresh tokens that are rotated live for days at least. */
export const UNSTORED_TOKENS_MAX_AGE_MS = 14 * 86_400_000;

const keyOf = (connectionId: string, kind: CredentialKind) => `${connectionId}.${kind}`;
const decode = (value: Uint8Array) => JSON.parse(Buffer.from(value).toString('utf8')) as UnstoredToken;

export function createUnstoredTokens(values: KeptValues): UnstoredTokens {
  return {
    keep: (token) => values.put(keyOf(token.connectionId, token.kind), Buffer.from(JSON.stringify(token))),
    async find(connectionId, kind) {
      const value = await values.get(keyOf(connectionId, kind));
      return value && decode(value);
    },
    forget: (connectionId, kind) => values.remove(keyOf(connectionId, kind)),
    list: async (limit) => (await values.list(limit)).map(({ value }) => decode(value)),
  };
}
