import { randomUUID } from 'node:crypto';
import type { Database } from '@hookline/db';
import { createLoopWorker, createWaker, type Logger, type Worker } from '@hookline/service';
import { claimDueTokens } from '../sql/claim-due-tokens.ts';
import { listLateTokens, moveLateTokens } from '../sql/late-tokens.ts';
import { secondsUntilLateRefresh } from './refresh-due.ts';
import type { Refresher } from './refresher.ts';

export interface RefreshWorkerOptions {
  database: Database;
  refresher: Refresher;
  logger: Logger;
  /** How often due tokens are looked for. Default 3 s. */
  pollIntervalMs?: number;
  /** Exchanges at once in this replica. Default 30. */
  maxInFlight?: number;
  /** Exchanges at once for one application: an application whose provider hangs leaves room for the others. Default 10. */
  maxInFlightPerApp?: number;
}

/** A token that is later than this was due while no replica ran. */
export const LATE_TOKEN_SECONDS = 300;
const SPREAD_AT_ONCE = 1_000;

/** How often results that an earlier process left in NATS are looked for. */
const RECOVER_EVERY_MS = 60_000;

/** Refreshes the tokens whose time has come. */
export function createRefreshWorker(options: RefreshWorkerOptions): Worker {
  const { database, refresher, logger, pollIntervalMs = 3_000 } = options;
  const { maxInFlight = 30, maxInFlightPerApp = 10 } = options;
  const waker = createWaker();
  const inFlight = new Set<Promise<unknown>>();
  const perApp = new Map<string, number>();
  let recoveredAtMs = Number.NEGATIVE_INFINITY;
  let recovery: Promise<void> | undefined;

  /** Gives tokens that were due while no replica ran a due time of their own. */
  async function spreadLate(): Promise<void> {
    for (;;) {
      const late = await listLateTokens(database, { lateSeconds: LATE_TOKEN_SECONDS, limit: SPREAD_AT_ONCE });
      if (late.length === 0) return;
      await moveLateTokens(
        database,
        late.map((token) => ({
          ...token,
          seconds: secondsUntilLateRefresh(token, token.lifeSeconds, token.nowMs),
        })),
      );
      logger.info({ tokens: late.length }, 'tokens.spread');
      if (late.length < SPREAD_AT_ONCE) return;
    }
  }

  async function claim(): Promise<number> {
    const claimedAtMs = performance.now();
    const claimed = await claimDueTokens(database, {
      leaseId: randomUUID(),
      leaseMs: refresher.leaseMs,
      limit: maxInFlight - inFlight.size,
      share: maxInFlightPerApp,
      busy: [...perApp].map(([appId, count]) => ({ appId, free: maxInFlightPerApp - count })),
      lateSeconds: LATE_TOKEN_SECONDS,
    });
    for (const token of claimed) {
      perApp.set(token.appId, (perApp.get(token.appId) ?? 0) + 1);
      const work = refresher.run(token, claimedAtMs).finally(() => {
        inFlight.delete(work);
        const count = (perApp.get(token.appId) ?? 1) - 1;
        if (count === 0) perApp.delete(token.appId);
        else perApp.set(token.appId, count);
        waker.wake();
      });
      inFlight.add(work);
    }
    return claimed.length;
  }

  /** Beside the claims, which wait neither for NATS nor for a result that cannot be stored. */
  function beginRecovery(): void {
    if (recovery !== undefined || performance.now() - recoveredAtMs < RECOVER_EVERY_MS) return;
    recovery = refresher
      .recover()
      .then(
        () => {
          recoveredAtMs = performance.now();
        },
        (error: unknown) => {
          recoveredAtMs = performance.now() - RECOVER_EVERY_MS + pollIntervalMs;
          logger.warn({ err: error }, 'results in NATS could not be stored; trying again');
        },
      )
      .finally(() => {
        recovery = undefined;
      });
  }

  const loop = createLoopWorker({
    name: 'token-refresher',
    waker,
    async work() {
      beginRecovery();
      await spreadLate();
      if (inFlight.size >= maxInFlight) return pollIntervalMs;
      return (await claim()) > 0 ? 0 : pollIntervalMs;
    },
    onError: (error) => logger.warn({ err: error }, 'due tokens could not be looked for; trying again'),
    pauseAfterErrorMs: pollIntervalMs,
  });
  return {
    name: loop.name,
    async run(signal) {
      await loop.run(signal);
      await recovery;
      // The exchanges under way would be lost.
      await refresher.drain();
    },
  };
}
