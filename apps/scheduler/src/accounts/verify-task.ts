import type { Database, SecretBox, Transaction } from '@hookline/db';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import { BreakerOpenError, type ProviderAnswer, type ProviderApi } from '../provider-api/provider-api.ts';
import { QuotaExhaustedError } from '../provider-api/quota-book.ts';
import { findApp } from '../sql/find-app.ts';
import { findConnection } from '../sql/find-connection.ts';
import { listTokenKinds } from '../sql/list-token-kinds.ts';
import { lockConnection } from '../sql/lock-connection.ts';
import { markVerified } from '../sql/mark-verified.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import { retrySeconds } from '../tasks/next-due.ts';
import type { ClaimedTask, TaskKind, TaskResult } from '../tasks/task.ts';
import { rests } from '../tasks/task-results.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { ConnectionUnavailableError } from '../tokens/access-tokens.ts';
import { type AccountIdentity, IdentityError, readIdentity } from './find-identity.ts';

const VERIFY_TASK = 'identity';
const VERIFY_EVERY_SECONDS = 86_400;

/** Gives a connection its daily verification. The first is due within a day: a grant has just been verified. */
export const ensureVerification = (transaction: Transaction, connection: ConnectionFacts): Promise<void> =>
  ensureTasks(transaction, connection, [
    { kind: 'verify', name: VERIFY_TASK, intervalSeconds: VERIFY_EVERY_SECONDS, isDueAtOnce: false },
  ]);

export interface VerifyOptions {
  database: Database;
  secretBox: SecretBox;
  api: ProviderApi;
  journal: Journal;
  statusChanges: StatusChanges;
  /** Called after a change of a status. */
  onSettled: () => void;
}

/**
 * Asks the provider every day whose account a connection is, so that a grant that was withdrawn is noticed although
 * nothing is polled. A refused token is judged as everywhere; other failures change nothing.
 */
export function createVerifyKind(options: VerifyOptions): TaskKind {
  const { database, secretBox, api, journal, statusChanges, onSettled } = options;

  async function settle(
    connection: ConnectionFacts,
    identity: Pick<AccountIdentity, 'id' | 'name'>,
    task: ClaimedTask,
  ): Promise<TaskResult> {
    const isSame = identity.id === connection.accountId;
    task.assertHeld();
    await database.withSystem(async (transaction) => {
      const locked = await lockConnection(transaction, connection.id);
      if (!locked) return;
      await journal.record(transaction, {
        connectionId: connection.id,
        tenant: connection.tenant,
        kind: isSame ? 'status' : 'error',
        outcome: isSame ? 'verified' : 'account_changed',
        text: isSame
          ? 'The provider confirmed the account'
          : `The token is now that of the account ${identity.name ?? identity.id}`,
      });
      if (isSame) await markVerified(transaction, connection.id);
      else await statusChanges.apply(transaction, locked, 'grant_dead', 'account_changed');
    });
    onSettled();
    return isSame
      ? { outcome: 'verified', ended: 'succeeded', next: { at: 'grid' } }
      : {
          outcome: 'account_changed',
          ended: 'failed',
          next: { at: 'grid' },
          error: 'the token is that of another account',
        };
  }

  return {
    kind: 'verify',
    async run(task, signal) {
      const connection = await findConnection(database, task.connectionId);
      const app = await findApp(database, secretBox, task.appId);
      if (!connection || !app) return rests('no_connection');
      const kinds = await listTokenKinds(database, connection.id);
      const identity = connectableOf(connection.provider).oauth.identity.find(({ kind }) =>
        kinds.includes(kind),
      );
      if (!identity) return rests('no_token');
      try {
        const answer = await api.call({
          connection,
          app,
          request: identity.request,
          tokenKind: identity.kind,
          onDemand: task.onDemand,
          followRedirects: false,
          signal,
        });
        if (answer.judged.verdict !== 'ok') return afterRefusal(answer, task);
        return await settle(
          connection,
          readIdentity(identity, { value: answer.json, bytes: answer.body }),
          task,
        );
      } catch (error) {
        signal.throwIfAborted();
        const result = afterError(error, task);
        if (result === undefined) throw error;
        return result;
      }
    },
  };
}

/** A refused token has been reported to the tokens by the call. */
function afterRefusal({ judged, status }: ProviderAnswer, task: ClaimedTask): TaskResult {
  const { verdict, code, retryAfterSeconds = 0 } = judged;
  const isLimited = verdict === 'rate-limited' || verdict === 'quota-exhausted';
  return {
    outcome: verdict.replace('-', '_'),
    ended: isLimited ? 'excused' : 'failed',
    next: { at: 'soon', afterSeconds: Math.max(retryAfterSeconds, retrySeconds(task.failures)) },
    error: `not verified, because the provider answered ${code ?? `status ${status}`}`,
  };
}

/** Undefined: nothing is known of the error. */
function afterError(error: unknown, task: ClaimedTask): TaskResult | undefined {
  const excuse = (outcome: string, next: TaskResult['next']): TaskResult => ({
    outcome,
    ended: 'excused',
    next,
    error: `not verified, because ${(error as Error).message}`,
  });
  if (error instanceof QuotaExhaustedError)
    return excuse('quota', { at: 'grid', notBeforeSeconds: error.retryAfterSeconds });
  if (error instanceof BreakerOpenError) return excuse('breaker', { at: 'catch-up' });
  if (error instanceof ConnectionUnavailableError)
    return excuse(
      error.status ?? 'no_token',
      error.status === 'refreshing' ? { at: 'soon', afterSeconds: 60 } : { at: 'grid' },
    );
  if (error instanceof IdentityError)
    return {
      outcome: 'unreadable_answer',
      ended: 'failed',
      next: { at: 'soon', afterSeconds: retrySeconds(task.failures) },
      error: error.message,
    };
  return undefined;
}
