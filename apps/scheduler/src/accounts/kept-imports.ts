import { createHash } from 'node:crypto';
import { ApiError, ID_PREFIX } from '@hookline/contracts';
import { type Database, isTransientDatabaseError, retryTransient, type Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { createIdFactory, type Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import { insertRevocation, REVOCATION_SECONDS } from '../sql/grant-revocations.ts';
import {
  endKeptImport,
  findKeptImport,
  giveUpKeptImport,
  type ImportAnswer,
  markAsImport,
} from '../sql/kept-imports.ts';
import type { TokenAnswer } from '../tokens/token-endpoint.ts';
import type { TokenSeals } from '../tokens/token-seals.ts';
import type { AccountIdentity } from './find-identity.ts';

/** A refresh token that a tenant imports. */
export interface ImportedRefreshToken {
  tenant: string;
  provider: string;
  app: AppFacts;
  kind: CredentialKind;
  refreshToken: string;
}

/** The tokens that the exchange of an imported refresh token gave. */
export interface KeptImport {
  id: string;
  answer: TokenAnswer;
}

/**
 * Keeps the tokens of imports that have not ended. The exchange uses up a refresh token that is valid once, and from then
 * on only Hookline has the grant. So the tokens are stored before anything else is asked: the same import, made again,
 * goes on with them. Tokens of which no connection has come for a day are revoked.
 */
export interface KeptImports {
  /** @param replaced whose tokens these replace */
  keep(imported: ImportedRefreshToken, answer: TokenAnswer, replaced?: KeptImport): Promise<KeptImport>;
  find(imported: ImportedRefreshToken): Promise<KeptImport | undefined>;
  /** In the transaction that gives the tokens to a connection. @throws ApiError `conflict` if another import did that */
  end(transaction: Transaction, id: string): Promise<void>;
  /** The import cannot succeed any more: the grant is revoked. */
  giveUp(id: string, identity: AccountIdentity | undefined): Promise<void>;
}

/** How long the same import can be made again. */
const KEPT_SECONDS = 86_400;
/** How long Postgres may be away while the tokens are in memory alone. */
const STORE_MS = 10_000;

/** Without a key, because a refresh token is random: its hash leads to nothing. */
function hashOf({ tenant, provider, app, kind, refreshToken }: ImportedRefreshToken): Buffer {
  // The tokens go to no other origins than those that gave them.
  const origins = Object.entries(app.settings.origins ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [tenant, provider, app.id, app.clientId, origins, kind, refreshToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

export function createKeptImports(parts: {
  database: Database;
  seals: TokenSeals;
  /** Wakes the worker of the revocations. */
  wakeRevocations: () => void;
  logger: Logger;
}): KeptImports {
  const { database, seals, wakeRevocations, logger } = parts;
  const nextId = createIdFactory(ID_PREFIX.grantRevocation);

  return {
    async keep(imported, { credentials, values, askedAtMs }, replaced) {
      const [credential] = credentials;
      if (credential === undefined) throw new Error('an exchange of a refresh token gave no token');
      const { kind, accessToken, refreshToken, tokenType, scopes, lifeSeconds, refreshLifeSeconds } =
        credential;
      const { tenant, provider, app } = imported;
      const id = nextId();
      const { access, refresh } = seals.seal(id, kind, { access: accessToken, refresh: refreshToken });
      const answer: ImportAnswer = {
        tokenType,
        scopes: scopes ?? null,
        lifeSeconds: lifeSeconds ?? null,
        refreshLifeSeconds: refreshLifeSeconds ?? null,
        values,
        ageSeconds: (performance.now() - askedAtMs) / 1000,
      };
      const startedMs = performance.now();
      await retryTransient(
        {
          onRetry: (error) => logger.warn({ err: error }, 'the tokens of an import are not stored yet'),
          isTransient: (error) => isTransientDatabaseError(error) && performance.now() - startedMs < STORE_MS,
        },
        () =>
          database.withSystem(async (transaction) => {
            await insertRevocation(
              transaction,
              {
                tenant,
                connectionId: null,
                reason: 'not_connected',
                provider,
                appId: app.id,
                origins: app.settings.origins ?? {},
                accountId: null,
                personId: null,
              },
              { id, kind, accessSealed: access, refreshSealed: refresh, sealedFor: id },
              { seconds: KEPT_SECONDS },
            );
            await markAsImport(transaction, { id, hash: hashOf(imported), answer });
            if (replaced !== undefined) await endKeptImport(transaction, replaced.id);
          }),
      );
      return { id, answer: { credentials, values, askedAtMs } };
    },
    async find(imported) {
      const row = await findKeptImport(database, hashOf(imported));
      if (row === undefined) return undefined;
      const { id, kind, sealedFor, accessSealed, refreshSealed, answer, storedSeconds } = row;
      const credential = {
        kind,
        accessToken: seals.openAccess(sealedFor, kind, accessSealed),
        refreshToken: refreshSealed === null ? undefined : seals.openRefresh(sealedFor, kind, refreshSealed),
        tokenType: answer.tokenType,
        scopes: answer.scopes ?? undefined,
        lifeSeconds: answer.lifeSeconds ?? undefined,
        refreshLifeSeconds: answer.refreshLifeSeconds ?? undefined,
      };
      const askedAtMs = performance.now() - (storedSeconds + answer.ageSeconds) * 1000;
      return { id, answer: { credentials: [credential], values: answer.values, askedAtMs } };
    },
    async end(transaction, id) {
      if (!(await endKeptImport(transaction, id)))
        throw new ApiError('conflict', {
          message: 'The same refresh token was imported by another request: look at the connections',
        });
    },
    async giveUp(id, identity) {
      const accountId = identity?.id ?? null;
      const personId = identity?.person ?? null;
      await giveUpKeptImport(database, { id, accountId, personId, seconds: REVOCATION_SECONDS });
      wakeRevocations();
    },
  };
}
