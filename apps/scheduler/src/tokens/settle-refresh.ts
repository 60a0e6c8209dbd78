import { ID_PREFIX } from '@hookline/contracts';
import { type Database, retryTransient, type Transaction } from '@hookline/db';
import { createIdFactory } from '@hookline/service';
import type { Journal } from '../journal/journal.ts';
import type { ClaimedToken } from '../sql/claimed-token.ts';
import { insertRevocationOfLateTokens } from '../sql/grant-revocations.ts';
import { type LockedConnection, lockConnection } from '../sql/lock-connection.ts';
import { noteRefreshFault } from '../sql/note-refresh-fault.ts';
import { readFailuresAndTime } from '../sql/read-failures-and-time.ts';
import { recordRefreshFailure } from '../sql/record-refresh-failure.ts';
import { readGenerations } from '../sql/store-granted-token.ts';
import { storeRefreshedToken } from '../sql/store-refreshed-token.ts';
import { isEnded } from '../status/decide-status.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import { type TokenReason, wordsOf } from '../status/status-reasons.ts';
import type { AppFaults } from './app-faults.ts';
import type { ExchangeFailure, FailureVerdict } from './classify-failure.ts';
import { retryPauseSeconds, secondsUntilRefresh } from './refresh-due.ts';
import type { RefreshOutcome } from './refresh-outcome.ts';
import type { UnstoredToken } from './unstored-tokens.ts';

/** Stores how an exchange ended: the tokens or the failure, the status of the connection, and the journal's entry. */
export interface RefreshSettlement {
  /** @param ageSeconds since the provider was asked */
  store(token: UnstoredToken, ageSeconds: number, durationMs: number | undefined): Promise<RefreshOutcome>;
  fail(claimed: ClaimedToken, failure: FailedExchange): Promise<RefreshOutcome>;
  /** Says that a result which an earlier process left can never be stored. */
  drop(token: Pick<UnstoredToken, 'connectionId' | 'kind' | 'generation'>): Promise<void>;
}

/** The new tokens are lost: Postgres refuses them as they are. */
export const NOT_STORABLE: FailedExchange = {
  failure: { status: undefined, error: undefined, mayHaveHappened: true },
  verdict: { kind: 'unknown', reason: 'answer_not_stored' },
  message: 'the new tokens cannot be stored',
};

export interface FailedExchange {
  failure: ExchangeFailure;
  verdict: FailureVerdict;
  /** Without secrets. */
  message: string;
}

/** A false refusal of a grant has been seen: a second try follows after this time, and no third. */
const SECOND_TRY_SECONDS = 60;
const SECOND_TRY_SPREAD_SECONDS = 15;
/** How long an answer of unknown meaning is taken for one that may pass. */
const UNKNOWN_SECONDS = 86_400;
/** How often a faulty application is tried again, by one of its tokens. */
const FAULT_PROBE_SECONDS = 3_600;
const MAX_STORE_MS = 60_000;

export function createRefreshSettlement(parts: {
  database: Database;
  journal: Journal;
  statusChanges: StatusChanges;
  appFaults: AppFaults;
}): RefreshSettlement {
  const { database, journal, statusChanges, appFaults } = parts;
  const nextRevocationId = createIdFactory(ID_PREFIX.grantRevocation);

  function store(
    token: UnstoredToken,
    ageSeconds: number,
    durationMs: number | undefined,
  ): Promise<RefreshOutcome> {
    return database.withSystem(async (transaction) => {
      const connection = await lockConnection(transaction, token.connectionId);
      if (!connection) {
        await leaveForRevocation(transaction, token);
        return 'superseded';
      }
      const left = (life: number | null) => (life === null ? undefined : Math.max(0, life - ageSeconds));
      const lifeSeconds = left(token.lifeSeconds);
      const refreshLifeSeconds = left(token.refreshLifeSeconds);
      const { connectionId, kind } = token;
      const { failures, nowMs } = await readFailuresAndTime(transaction, connectionId, kind);
      const dueSeconds =
        token.refreshSealed === null || isEnded(connection.status)
          ? undefined
          : secondsUntilRefresh(
              {
                connectionId,
                kind,
                lifeSeconds,
                fullLifeSeconds: token.lifeSeconds ?? undefined,
                refreshLifeSeconds,
                cameLate: failures > 0,
              },
              nowMs,
            );
      const isStored = await storeRefreshedToken(transaction, {
        connectionId: token.connectionId,
        kind: token.kind,
        generation: token.generation,
        accessSealed: token.accessSealed,
        refreshSealed: token.refreshSealed,
        tokenType: token.tokenType,
        scopes: token.scopes ?? undefined,
        lifeSeconds,
        fullLifeSeconds: token.lifeSeconds ?? undefined,
        refreshLifeSeconds,
        dueSeconds,
      });
      if (!isStored) return 'superseded';
      await appFaults.clear(transaction, connection.appId);
      await statusChanges.apply(transaction, connection, 'facts_changed');
      await journal.record(transaction, {
        connectionId: connection.id,
        tenant: connection.tenant,
        kind: 'refresh',
        outcome: 'succeeded',
        text: `The ${token.kind} token was refreshed`,
        detail: {
          token: token.kind,
          generation: token.generation + 1,
          ...(durationMs === undefined ? {} : { durationMs: Math.round(durationMs) }),
          ...(lifeSeconds === undefined ? {} : { lifeSeconds: Math.round(lifeSeconds) }),
          ...(dueSeconds === undefined ? {} : { nextInSeconds: Math.round(dueSeconds) }),
        },
      });
      return 'stored';
    });
  }

  /** The connection was disconnected during the refresh, and its earlier tokens are revoked: the new ones are left. */
  async function leaveForRevocation(transaction: Transaction, token: UnstoredToken): Promise<void> {
    const { connectionId, kind, accessSealed, refreshSealed } = token;
    await insertRevocationOfLateTokens(transaction, {
      id: nextRevocationId(),
      connectionId,
      kind,
      accessSealed,
      refreshSealed,
    });
  }

  function fail(claimed: ClaimedToken, failed: FailedExchange): Promise<RefreshOutcome> {
    const plan = planAfter(claimed, failed);
    // As long as the failure is not stored, an exchange of unknown outcome seems to be under way.
    const signal = AbortSignal.timeout(MAX_STORE_MS);
    return retryTransient({ onRetry: () => {}, signal }, () =>
      database.withSystem(async (transaction) => {
        const connection = await lockConnection(transaction, claimed.connectionId);
        if (!connection) return 'superseded';
        const isRecorded = await recordRefreshFailure(transaction, {
          claimed,
          dueSeconds: plan.dueSeconds,
          pauseSeconds: failed.failure.retryAfterSeconds === undefined ? undefined : plan.dueSeconds,
          mayHaveHappened: failed.failure.mayHaveHappened,
          isRefused: failed.verdict.kind === 'grant',
          isUnknown: failed.verdict.kind === 'unknown',
          // A fault of the application is none of the token.
          reason: plan.event === 'app_faulty' ? undefined : plan.reason,
          error: failed.message,
        });
        if (!isRecorded) return 'superseded';
        await recordInJournal(transaction, connection, claimed, failed, plan);
        if (plan.event === 'app_faulty') {
          // The others wait. This token is the one that tries the application again.
          await appFaults.mark(transaction, connection, failed.message, claimed.kind);
        } else {
          await statusChanges.apply(transaction, connection, plan.event, plan.reason);
        }
        return 'failed';
      }),
    );
  }

  async function recordInJournal(
    transaction: Transaction,
    connection: LockedConnection,
    claimed: ClaimedToken,
    { failure, message }: FailedExchange,
    plan: Plan,
  ): Promise<void> {
    const next =
      plan.dueSeconds === undefined ? '' : `. It is tried again in ${Math.round(plan.dueSeconds)} s`;
    await journal.record(transaction, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'refresh',
      outcome: plan.reason,
      text: `The ${claimed.kind} token was not refreshed: ${message}${next}`,
      detail: {
        token: claimed.kind,
        generation: claimed.generation,
        failures: claimed.failures + 1,
        status: failure.status ?? null,
        error: failure.error ?? null,
        meaning: wordsOf(plan.reason) ?? null,
      },
    });
  }

  function drop({
    connectionId,
    kind,
    generation,
  }: Pick<UnstoredToken, 'connectionId' | 'kind' | 'generation'>): Promise<void> {
    return database.withSystem(async (transaction) => {
      const connection = await lockConnection(transaction, connectionId);
      // A newer token or grant lacks nothing.
      const generations = connection && (await readGenerations(transaction, connectionId));
      if (!connection || generations?.get(kind) !== generation) return;
      await journal.record(transaction, {
        connectionId,
        tenant: connection.tenant,
        kind: 'refresh',
        outcome: 'answer_not_stored',
        text: `The ${kind} token was not refreshed: ${NOT_STORABLE.message}`,
        detail: { token: kind, generation },
      });
      await noteRefreshFault(transaction, { connectionId, kind }, 'answer_not_stored' satisfies TokenReason);
      await statusChanges.apply(transaction, connection, 'facts_changed');
    });
  }

  return { store, fail, drop };
}

interface Plan {
  /** From now; undefined: it is not tried again. */
  dueSeconds: number | undefined;
  event: 'facts_changed' | 'grant_dead' | 'app_faulty';
  reason: TokenReason;
}

/** What follows from a failed exchange. */
export function planAfter(
  claimed: Pick<
    ClaimedToken,
    | 'connectionId'
    | 'kind'
    | 'generation'
    | 'failures'
    | 'attemptedBefore'
    | 'refusedOnce'
    | 'unknownForSeconds'
    | 'consentEnded'
  >,
  { failure, verdict }: Pick<FailedExchange, 'failure' | 'verdict'>,
): Plan {
  const again = (reason: TokenReason): Plan => ({
    dueSeconds: retryPauseSeconds(claimed, claimed.failures + 1, failure.retryAfterSeconds),
    event: 'facts_changed',
    reason,
  });
  const never = (reason: TokenReason): Plan => ({ dueSeconds: undefined, event: 'grant_dead', reason });
  switch (verdict.kind) {
    case 'transient':
      return again(verdict.reason);
    case 'unknown':
      return (claimed.unknownForSeconds ?? 0) >= UNKNOWN_SECONDS
        ? never('unknown_error')
        : again(verdict.reason);
    case 'app':
      return { dueSeconds: FAULT_PROBE_SECONDS, event: 'app_faulty', reason: 'app_misconfigured' };
    case 'grant': {
      if (claimed.consentEnded) return never('consent_ended');
      if (claimed.refusedOnce) return never(verdict.reason);
      // An earlier exchange was interrupted: its answer had the tokens that follow the refused one.
      if (claimed.attemptedBefore) return never('refresh_interrupted');
      const spread = retryPauseSeconds(claimed, 1, undefined) % SECOND_TRY_SPREAD_SECONDS;
      return {
        dueSeconds: SECOND_TRY_SECONDS + spread,
        event: 'facts_changed',
        reason: 'invalid_grant_once',
      };
    }
  }
}
