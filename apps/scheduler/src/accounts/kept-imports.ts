import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, ID_PREFIX } from '@hookline/contracts';
import { type Database, isTransientDatabaseError, retryTransient, type Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { createIdFactory, type Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import {
  claimImport,
  findImportedConnection,
  type ImportClaim,
  noteImportAttempt,
  noteImportedConnection,
  releaseImport,
} from '../sql/connection-imports.ts';
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
import type { GrantedConnection } from './grant-store.ts';

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

/** The right of one request to exchange an imported refresh token. */
export interface ImportTurn extends ImportClaim {
  /** Whether an earlier exchange of the refresh token began and its outcome is unknown. */
  attemptedBefore: boolean;
}

/**
 * Keeps the tokens of imports that have not ended. The exchange uses up a refresh token that is valid once, and from then
 * on only Hookline has the grant. So one request exchanges a refresh token at a time, and the tokens are stored before
 * anything else is asked: the same import, made again, goes on with them, or gets the connection that they have by then.
 * Tokens of which no connection has come for a day are revoked.
 */
export interface KeptImports {
  /**
   * Waits for an exchange of the same refresh token that is under way.
   * @returns the connection that an earlier import of a used-up token made, or the one that was waited for
   * @throws ApiError `conflict` if the wait takes too long
   */
  begin(imported: ImportedRefreshToken): Promise<ImportTurn | { made: GrantedConnection }>;
  /** To be called right before the exchange. @throws ApiError `conflict` if the turn is over */
  beginExchange(turn: ImportTurn): Promise<void>;
  /** Ends a turn without tokens. @param mayHaveHappened whether the provider may have exchanged the refresh token */
  release(turn: ImportTurn, mayHaveHappened: boolean): Promise<void>;
  /** Ends the turn. @param replaced whose tokens these replace */
  keep(
    imported: ImportedRefreshToken,
    turn: ImportTurn,
    answer: TokenAnswer,
    replaced?: KeptImport,
  ): Promise<KeptImport>;
  find(imported: ImportedRefreshToken): Promise<KeptImport | undefined>;
  /** In the transaction that gives the tokens to a connection. @throws ApiError `conflict` if another import did that */
  end(
    transaction: Transaction,
    imported: ImportedRefreshToken,
    made: { connectionId: string; kept: KeptImport | undefined },
  ): Promise<void>;
  /** The connection that the import made, if it still has its grant. */
  findMade(imported: ImportedRefreshToken): Promise<GrantedConnection | undefined>;
  /** The import cannot succeed any more: the grant is revoked. */
  giveUp(id: string, identity: AccountIdentity | undefined): Promise<void>;
}

/** How long the same import can be made again. */
const KEPT_SECONDS = 86_400;
/** How long Postgres may be away while the tokens are in memory alone. */
const STORE_MS = 10_000;
/** For an exchange (20 s) and for storing its tokens. */
const TURN_SECONDS = 30;
/** How long a request waits for the exchange of another one. */
const MAX_WAIT_MS = 10_000;
const FIRST_LOOK_MS = 50;
const LAST_LOOK_MS = 500;

/** Without a key, because a refresh token is random: its hash leads to nothing. */
function hashOf({ tenant, provider, app, kind, refreshToken }: ImportedRefreshToken): Buffer {
  // The tokens go to no other origins than those that gave them.
  const origins = Object.entries(app.settings.origins ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [tenant, provider, app.id, app.clientId, origins, kind, refreshToken];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

const importedElsewhere = () =>
  new ApiError('conflict', {
    message: 'The same refresh token is imported by another request. Repeat the call to get its connection',
    retryAfterSeconds: TURN_SECONDS,
  });

export function createKeptImports(parts: {
  database: Database;
  seals: TokenSeals;
  /** Wakes the worker of the revocations. */
  wakeRevocations: () => void;
  logger: Logger;
}): KeptImports {
  const { database, seals, wakeRevocations, logger } = parts;
  const nextId = createIdFactory(ID_PREFIX.grantRevocation);

  const release: KeptImports['release'] = (turn, mayHaveHappened) =>
    database.withSystem((transaction) => releaseImport(transaction, turn, { mayHaveHappened }));

  return {
    release,
    async begin(imported) {
      const startMs = performance.now();
      const hash = hashOf(imported);
      for (let lookMs = FIRST_LOOK_MS, hasWaited = false; ; hasWaited = true) {
        const leaseId = randomUUID();
        const { tenant } = imported;
        const claimed = await claimImport(database, { hash, tenant, leaseId, leaseSeconds: TURN_SECONDS });
        if (claimed !== undefined) {
          const turn: ImportTurn = { hash, leaseId, attemptedBefore: claimed.attemptedBefore };
          // A refresh token that stays valid may be imported again, e.g. with other settings.
          const made =
            claimed.isUsedUp || hasWaited ? await findImportedConnection(database, hash) : undefined;
          if (made === undefined) return turn;
          await release(turn, turn.attemptedBefore);
          return { made };
        }
        if (performance.now() - startMs > MAX_WAIT_MS) throw importedElsewhere();
        await sleep(lookMs);
        lookMs = Math.min(2 * lookMs, LAST_LOOK_MS);
      }
    },
    async beginExchange(turn) {
      if (!(await noteImportAttempt(database, { ...turn, leaseSeconds: TURN_SECONDS })))
        throw importedElsewhere();
    },
    async keep(imported, turn, { credentials, values, askedAtMs }, replaced) {
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
            await markAsImport(transaction, { id, hash: turn.hash, answer });
            if (replaced !== undefined) await endKeptImport(transaction, replaced.id);
            await releaseImport(transaction, turn, { mayHaveHappened: false });
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
    async end(transaction, imported, { connectionId, kept }) {
      if (kept !== undefined && !(await endKeptImport(transaction, kept.id))) throw importedElsewhere();
      const { tenant } = imported;
      const isUsedUp = kept !== undefined;
      await noteImportedConnection(transaction, { hash: hashOf(imported), tenant, connectionId, isUsedUp });
    },
    findMade: (imported) => findImportedConnection(database, hashOf(imported)),
    async giveUp(id, identity) {
      const accountId = identity?.id ?? null;
      const personId = identity?.person ?? null;
      await giveUpKeptImport(database, { id, accountId, personId, seconds: REVOCATION_SECONDS });
      wakeRevocations();
    },
  };
}
