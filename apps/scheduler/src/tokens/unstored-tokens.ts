import type { KeptValues } from '@hookline/bus';
import type { CredentialKind } from '@hookline/providers';
import type { Logger } from '@hookline/service';

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
  /** Undefined also for a value that cannot be read. @throws BusError `read_incomplete` */
  find(connectionId: string, kind: CredentialKind): Promise<UnstoredToken | undefined>;
  /** @throws BusError `not_stored` */
  forget(connectionId: string, kind: CredentialKind): Promise<void>;
  /** Some of them. A value that cannot be read is removed. @throws BusError `read_incomplete`, `not_stored` */
  list(limit: number): Promise<UnstoredToken[]>;
}

export const UNSTORED_TOKENS_BUCKET = 'hookline-unstored-tokens';
/** Refresh tokens that are rotated live for days at least. */
export const UNSTORED_TOKENS_MAX_AGE_MS = 14 * 86_400_000;

const keyOf = (connectionId: string, kind: CredentialKind) => `${connectionId}.${kind}`;

function decode(value: Uint8Array): UnstoredToken | undefined {
  try {
    const token: unknown = JSON.parse(Buffer.from(value).toString('utf8'));
    return typeof token === 'object' && token !== null && 'connectionId' in token && 'accessSealed' in token
      ? (token as UnstoredToken)
      : undefined;
  } catch {
    return undefined;
  }
}

export function createUnstoredTokens(values: KeptValues, logger: Pick<Logger, 'error'>): UnstoredTokens {
  return {
    keep: (token) => values.put(keyOf(token.connectionId, token.kind), Buffer.from(JSON.stringify(token))),
    async find(connectionId, kind) {
      const value = await values.get(keyOf(connectionId, kind));
      return value && decode(value);
    },
    forget: (connectionId, kind) => values.remove(keyOf(connectionId, kind)),
    async list(limit) {
      const found: UnstoredToken[] = [];
      for (const { key, value } of await values.list(limit)) {
        const token = decode(value);
        if (token !== undefined) found.push(token);
        else {
          logger.error({ key }, 'a kept result of a refresh cannot be read, and is dropped');
          await values.remove(key);
        }
      }
      return found;
    },
  };
}
