import { isDeepStrictEqual } from 'node:util';
import { ApiError, type ConnectionStatus, ID_PREFIX } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { createIdFactory } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import { factsOf } from '../facts/connection-facts.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import { findConnection } from '../sql/find-connection.ts';
import { findConnectionRow } from '../sql/find-connection-row.ts';
import { type LockedConnection, lockConnection } from '../sql/lock-connection.ts';
import { lockOAuthApp } from '../sql/lock-oauth-app.ts';
import { readHooklineTime } from '../sql/read-hookline-time.ts';
import { findConnectionOfAccount, insertConnection, renewConnection } from '../sql/store-connection.ts';
import { readGenerations, storeGrantedToken } from '../sql/store-granted-token.ts';
import type { Announcer } from '../status/announcer.ts';
import { payloadOf, type StatusChanges } from '../status/status-changes.ts';
import type { AppFaults } from '../tokens/app-faults.ts';
import { secondsUntilRefresh } from '../tokens/refresh-due.ts';
import type { TokenAnswer } from '../tokens/token-endpoint.ts';
import type { TokenSeals } from '../tokens/token-seals.ts';
import type { ConnectionHooks } from './connection-hooks.ts';
import type { AccountIdentity } from './find-identity.ts';
import { findMissingScopes } from './missing-scopes.ts';

export interface NewGrant {
  tenant: string;
  app: AppFacts;
  connectable: OAuthConnectable;
  /** The connection that is connected again; undefined: that of the account, or a new one. */
  connectionId: string | undefined;
  answer: TokenAnswer;
  identity: AccountIdentity;
  scopesRequested: readonly string[];
  settings: ConnectionSettings;
  /** `consent`: of a person in a browser. `import`: by an existing token. */
  by: 'consent' | 'import';
  /**
   * Whether the provider accepted the id and the secret of the application for these tokens: by exchanging them, or by
   * saying whose they are.
   */
  isClientProven: boolean;
  /** What is stored in the same transaction. */
  alongside?: (transaction: Transaction, connectionId: string) => Promise<void>;
}

export interface GrantedConnection {
  id: string;
  status: ConnectionStatus;
}

/** Stores grants: the connection, its tokens, its status and what follows, in one transaction. */
export interface GrantStore {
  /** @throws ApiError `account_mismatch`, `not_found`, `conflict` if the application was changed or deleted meanwhile */
  store(grant: NewGrant): Promise<GrantedConnection>;
}

const msSince = (startMs: number) => performance.now() - startMs;

export function createGrantStore(parts: {
  database: Database;
  seals: TokenSeals;
  journal: Journal;
  announcer: Announcer;
  statusChanges: StatusChanges;
  appFaults: AppFaults;
  hooks: readonly ConnectionHooks[];
}): GrantStore {
  const { database, seals, journal, announcer, statusChanges, appFaults, hooks } = parts;
  const nextId = createIdFactory(ID_PREFIX.connection);

  async function storeIn(transaction: Transaction, grant: NewGrant): Promise<LockedConnection> {
    const { tenant, app, connectable, identity, answer } = grant;
    const scopesGranted = grantedScopes(grant);
    // The tokens are of the origins that were asked: they must not go to others.
    const current = await lockOAuthApp(transaction, app.id, 'to use');
    if (!current || !isDeepStrictEqual(current.settings.origins ?? {}, app.settings.origins ?? {}))
      throw new ApiError('conflict', { message: 'The OAuth application was changed meanwhile: start again' });
    const facts = {
      accountName: identity.name ?? null,
      scopesRequested: grant.scopesRequested,
      scopesGranted: scopesGranted ?? null,
      settings: grant.settings,
      identity: identity.values,
      personId: identity.person ?? null,
      consentSeconds: consentSeconds(grant) ?? null,
    };
    let id = grant.connectionId;
    let isNew = false;
    if (id === undefined) {
      id = nextId();
      isNew = await insertConnection(transaction, {
        ...facts,
        id,
        tenant,
        provider: connectable.id,
        appId: app.id,
        accountId: identity.id,
      });
      if (!isNew)
        id = await findConnectionOfAccount(transaction, { tenant, appId: app.id, accountId: identity.id });
    }
    const connection = id === undefined ? undefined : await lockConnection(transaction, id);
    if (connection?.tenant !== tenant) throw new ApiError('not_found', { message: 'Connection not found' });
    if (connection.accountId !== identity.id || connection.provider !== connectable.id) {
      throw new ApiError('account_mismatch', {
        message: `This is the account ${identity.name ?? identity.id}, and the connection is that of ${connection.accountName ?? connection.accountId}`,
      });
    }
    if (!isNew)
      await renewConnection(transaction, connection.id, {
        ...facts,
      });
    connection.accountName = facts.accountName;

    await storeTokens(transaction, connection, grant);
    await grant.alongside?.(transaction, connection.id);
    await statusChanges.apply(transaction, connection, 'granted');
    const missing = findMissingScopes(connectable, scopesGranted);
    await journal.record(transaction, {
      connectionId: connection.id,
      tenant,
      kind: 'consent',
      outcome: isNew ? 'connected' : 'connected_again',
      text: `The account ${identity.name ?? identity.id} was connected by ${grant.by === 'consent' ? 'a consent' : 'an existing token'}`,
      detail: {
        scopesRequested: grant.scopesRequested,
        scopesGranted: scopesGranted ?? null,
        missing,
        tokens: answer.credentials.map(({ kind }) => kind),
      },
    });
    if (grant.isClientProven) await appFaults.clear(transaction, app.id);
    // With the settings that it had before.
    const row = await findConnectionRow(transaction, connection.id);
    if (!row) throw new Error(`the connection ${connection.id} is not there although it is locked`);
    const granted = factsOf(row);
    for (const hook of hooks) await hook.granted?.(transaction, granted, app);
    // Its polls and watches are there now.
    await statusChanges.apply(transaction, connection, 'facts_changed');
    if (isNew) {
      await announcer.announce(transaction, {
        tenant,
        type: 'connection.connected',
        source: `/connection/${connection.id}`,
        payload: payloadOf(connection),
      });
    }
    return connection;
  }

  async function storeTokens(
    transaction: Transaction,
    connection: LockedConnection,
    { connectable: { oauth }, answer, tenant, isClientProven }: NewGrant,
  ): Promise<void> {
    const generations = await readGenerations(transaction, connection.id);
    const now = await readHooklineTime(transaction);
    const age = msSince(answer.askedAtMs) / 1000;
    const left = (seconds: number | undefined) =>
      seconds === undefined ? undefined : Math.max(0, seconds - age);
    for (const credential of answer.credentials) {
      const { kind, accessToken, refreshToken } = credential;
      const generation = (generations.get(kind) ?? 0) + 1;
      const sealed = seals.seal(connection.id, kind, { access: accessToken, refresh: refreshToken });
      const fullLifeSeconds =
        credential.lifeSeconds ??
        (oauth.expiry === 'always' && refreshToken !== undefined
          ? oauth.accessTokenLifetimeSeconds
          : undefined);
      const refreshLifeSeconds = left(
        refreshToken === undefined
          ? undefined
          : (credential.refreshLifeSeconds ?? oauth.refresh.lifetime?.seconds),
      );
      const lifeSeconds = left(fullLifeSeconds);
      await storeGrantedToken(transaction, {
        connectionId: connection.id,
        kind,
        tenant,
        generation,
        accessSealed: sealed.access,
        refreshSealed: sealed.refresh,
        isClientProven,
        tokenType: credential.tokenType,
        scopes: credential.scopes,
        lifeSeconds,
        fullLifeSeconds,
        refreshLifeSeconds,
        dueSeconds:
          refreshToken === undefined
            ? undefined
            : secondsUntilRefresh(
                { connectionId: connection.id, kind, lifeSeconds, fullLifeSeconds, refreshLifeSeconds },
                now.getTime(),
              ),
      });
    }
  }

  return {
    async store(grant) {
      const { id, status } = await database.withSystem((transaction) => storeIn(transaction, grant));
      announcer.wake();
      const facts = await findConnection(database, id);
      if (facts) for (const hook of hooks) hook.afterGranted?.(facts);
      return { id, status };
    },
  };
}

/** RFC 6749, 5.1: an answer without scopes grants those that were asked for. */
function grantedScopes({ app, answer, identity, scopesRequested, by }: NewGrant): string[] | undefined {
  // A GitHub App has permissions instead.
  if (app.settings.kind === 'github_app') return undefined;
  const told = answer.credentials.flatMap(({ scopes }) => scopes ?? []);
  if (answer.credentials.some(({ scopes }) => scopes !== undefined)) return [...new Set(told)];
  if (identity.scopes !== undefined) return [...identity.scopes];
  return by === 'import' && scopesRequested.length === 0 ? undefined : [...scopesRequested];
}

/** In how many seconds a person must consent again, as far as that is known and a refresh does not change it. */
function consentSeconds({ connectable: { oauth }, answer }: NewGrant): number | undefined {
  const { lifetime, rotation } = oauth.refresh;
  if (lifetime?.countedFrom === 'consent') return lifetime.seconds;
  if (rotation === 'always') return undefined;
  const told = answer.credentials.map(
    ({ refreshLifeSeconds }) => refreshLifeSeconds ?? Number.POSITIVE_INFINITY,
  );
  const shortest = Math.min(...told);
  return Number.isFinite(shortest) ? shortest : undefined;
}
