import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type GrantRevocation, type RemainingWebhook } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import { listRemainingWatches } from '../sql/ended-watches.ts';
import { findOAuthApp } from '../sql/find-oauth-app.ts';
import type { ClaimedRevocation } from '../sql/grant-revocations.ts';
import { lockConnection } from '../sql/lock-connection.ts';
import { removeConnection } from '../sql/remove-connection.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import type { ConnectionHooks } from './connection-hooks.ts';
import type { GrantRevocations } from './grant-revocations.ts';
import type { LeftRegistrations } from './left-registrations.ts';
import type { RevocationOutcome } from './revocation-metrics.ts';

/**
 * Ends a connection. Others of the same account are not harmed: the grant ends only with the last of them.
 * @returns what became of the grant at the provider, and what the provider still has of the connection
 */
export type Disconnect = (connection: ConnectionFacts) => Promise<{
  /** `pending`: it is still tried. */
  revocation: GrantRevocation;
  webhooks: RemainingWebhook[];
}>;

const UNDO_MS = 15_000;
/** For how long a call waits for the revocation. */
const ANSWER_MS = 10_000;

export function createDisconnect(parts: {
  database: Database;
  revocations: GrantRevocations;
  leftRegistrations: Pick<LeftRegistrations, 'giveUp'>;
  journal: Journal;
  hooks: readonly ConnectionHooks[];
  logger: Logger;
}): Disconnect {
  const { database, revocations, leftRegistrations, journal, hooks, logger } = parts;

  async function undo(connection: ConnectionFacts, isLast: boolean): Promise<void> {
    const signal = AbortSignal.timeout(UNDO_MS);
    for (const hook of hooks) {
      await hook.beforeDisconnect?.(connection, isLast, signal).catch((error: unknown) => {
        logger.warn({ err: error, connectionId: connection.id }, 'a registration could not be undone');
      });
    }
  }

  /** Deletes the connection, and stores with that what is to be revoked. */
  function remove(connection: ConnectionFacts, origins: Readonly<Record<string, string>>): Promise<Removed> {
    const { id, tenant, provider, appId, accountId } = connection;
    return database.withSystem(async (transaction) => {
      const locked = await lockConnection(transaction, id);
      if (!locked) throw new ApiError('not_found', { message: 'Connection not found' });
      const { personId, tokens } = await removeConnection(transaction, id);
      for (const hook of hooks) await hook.disconnected?.(transaction, connection);
      await journal.record(transaction, {
        connectionId: id,
        tenant,
        kind: 'consent',
        outcome: 'disconnected',
        text: 'The account was disconnected',
      });
      const planned = await revocations.plan(
        transaction,
        { tenant, connectionId: id, reason: 'disconnected', provider, appId, origins, accountId, personId },
        tokens.map((token) => ({ ...token, sealedFor: id })),
      );
      return { planned, isRefreshing: tokens.some(({ refreshingSeconds }) => refreshingSeconds > 0) };
    });
  }

  /** What takes longer goes on by itself. */
  async function attemptInTime(claimed: ClaimedRevocation): Promise<RevocationOutcome> {
    const ended = new AbortController();
    const late = sleep(ANSWER_MS, 'pending' as const, { signal: ended.signal }).catch(
      () => 'pending' as const,
    );
    try {
      return await Promise.race([revocations.attempt(claimed), late]);
    } finally {
      ended.abort();
    }
  }

  return async (connection) => {
    const { appId, provider, accountId } = connection;
    const app = await findOAuthApp(database, appId);
    const origins = app?.settings.origins ?? {};
    const others = await revocations.countSharing(
      { provider, appId, origins, accountId, personId: null },
      connection.id,
    );
    await undo(connection, others.ofAccount === 0);
    const { planned, isRefreshing } = await remove(connection, origins);
    if (planned.length === 0 && !isRefreshing)
      await leftRegistrations.giveUp(connection.id, 'there is no token of the account any more');
    const outcomes = await Promise.all(planned.map(attemptInTime));
    // The tokens of a refresh that is under way are revoked after it.
    if (isRefreshing && connectableOf(provider).oauth.revocation !== undefined) outcomes.push('pending');
    const remaining = await listRemainingWatches(database, connection.id);
    return { revocation: combine(outcomes), webhooks: remaining.map(toRemaining) };
  };
}

const toRemaining = (row: WatchRow): RemainingWebhook => ({
  watch: row.watch,
  resource: { id: row.resource, name: row.resourceName },
  webhookId: row.webhookId,
  state: row.status === 'stopping' ? 'pending' : 'not_removed',
  message: row.message,
});

interface Removed {
  planned: ClaimedRevocation[];
  isRefreshing: boolean;
}

/** Of several tokens: the first of these that is among them. */
const BY_WEIGHT = ['shared', 'pending', 'refused', 'revoked'] as const;

function combine(outcomes: readonly RevocationOutcome[]): GrantRevocation {
  return BY_WEIGHT.find((outcome) => outcomes.includes(outcome)) ?? 'not_supported';
}
