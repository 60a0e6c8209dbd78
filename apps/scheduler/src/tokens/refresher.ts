import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isDataRefusal, isTransientDatabaseError, type SecretBox } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import { toAppFacts } from '../facts/app-facts.ts';
import { connectableOf } from '../facts/require-connectable.ts';
import { createLeases } from '../leases/leases.ts';
import { claimToken } from '../sql/claim-token.ts';
import type { ClaimedToken } from '../sql/claimed-token.ts';
import { releaseToken } from '../sql/release-token.ts';
import { type HeldToken, renewTokenLeases } from '../sql/renew-token-leases.ts';
import { classifyFailure } from './classify-failure.ts';
import type { RefreshMetrics } from './refresh-metrics.ts';
import type { RefreshOutcome } from './refresh-outcome.ts';
import { NOT_STORABLE, type RefreshSettlement } from './settle-refresh.ts';
import { EXCHANGE_TIMEOUT_MS, ExchangeError, type TokenEndpoint } from './token-endpoint.ts';
import type { TokenSeals } from './token-seals.ts';
import type { UnstoredToken, UnstoredTokens } from './unstored-tokens.ts';

/** A replica that hangs or dies loses a token after this time. While an exchange goes on, its lease is renewed. */
export const TOKEN_LEASE_MS = 30_000;

export interface RefresherParts {
  database: Database;
  box: SecretBox;
  seals: TokenSeals;
  endpoint: TokenEndpoint;
  settlement: RefreshSettlement;
  unstored: UnstoredTokens;
  metrics: RefreshMetrics;
  logger: Logger;
  /** Called after each exchange that changed something. */
  onSettled: () => void;
  /** Default TOKEN_LEASE_MS. */
  leaseMs?: number;
}

/**
 * Exchanges refresh tokens, each generation at most once at a time over all replicas: one promise in a process, a lease
 * in Postgres between processes, which is renewed as long as the exchange goes on. New tokens are stored before they are
 * used. If Postgres is away they stay in memory and, sealed, in NATS until they are stored, and there is no second
 * exchange.
 */
export interface Refresher {
  readonly leaseMs: number;
  /** Claims and exchanges one token. @param generation the one that the caller has read */
  refresh(
    connectionId: string,
    kind: CredentialKind,
    generation: number,
    options?: { isForced?: boolean },
  ): Promise<RefreshOutcome>;
  /** Exchanges a token that is claimed. Never rejects. */
  run(claimed: ClaimedToken, claimedAtMs: number): Promise<RefreshOutcome>;
  /**
   * Stores what an earlier process left in NATS. One that cannot be stored stops no other: if its data are refused, it
   * is dropped, and the connection says so.
   * @returns how many there were
   * @throws BusError `read_incomplete`, `not_stored`; an error of Postgres that may pass
   */
  recover(): Promise<number>;
  /** Waits for the exchanges under way and for their results to be stored, up to a limit. */
  drain(): Promise<void>;
}

/**
 * An exchange begins within this part of its lease. It then ends before the lease does even if the lease cannot be renewed
 * because Postgres is away.
 */
const START_WITHIN = 1 / 6;
/** After this time without an answer of Postgres, a result is kept in NATS too. */
const KEEP_AFTER_MS = 5_000;
const FIRST_STORE_PAUSE_MS = 100;
const MAX_STORE_PAUSE_MS = 5_000;
const DRAIN_MS = EXCHANGE_TIMEOUT_MS + 5_000;
const RECOVERED_AT_ONCE = 100;
const UNKNOWN_COPY_PAUSE_SECONDS = 15;

export function createRefresher(parts: RefresherParts): Refresher {
  const { database, box, seals, endpoint, settlement, unstored, metrics, logger, onSettled } = parts;
  const leaseMs = parts.leaseMs ?? TOKEN_LEASE_MS;
  const leases = createLeases<HeldToken>({
    noun: 'token',
    keyOf: ({ connectionId, kind, leaseId }) => `${connectionId} ${kind} ${leaseId}`,
    renew: (held) => renewTokenLeases(database, held, leaseMs / 1_000),
    logger,
    leaseMs,
  });
  /** By token. */
  const running = new Map<string, Promise<RefreshOutcome>>();
  const draining = new AbortController();

  /** One promise for all callers; it is removed however it ends. */
  function begin(key: string, work: () => Promise<RefreshOutcome>): Promise<RefreshOutcome> {
    const promise = work().finally(() => {
      if (running.get(key) === promise) running.delete(key);
    });
    running.set(key, promise);
    return promise;
  }
  const share = (key: string, work: () => Promise<RefreshOutcome>) => running.get(key) ?? begin(key, work);

  /**
   * The claim is ours, so an earlier promise for the token has not got it: it ends as busy. If it stored something all
   * the same, the claim is of a generation that is over.
   */
  async function exchangeAfter(
    earlier: Promise<RefreshOutcome> | undefined,
    claimed: ClaimedToken,
    claimedAtMs: number,
  ): Promise<RefreshOutcome> {
    const outcome = await earlier?.catch(() => undefined);
    if (outcome === 'stored' || outcome === 'superseded') return 'superseded';
    return await exchange(claimed, claimedAtMs);
  }

  async function exchange(claimed: ClaimedToken, claimedAtMs: number): Promise<RefreshOutcome> {
    const startMs = performance.now();
    // The generation fences the result, so a lease that is lost stops nothing.
    const lease = leases.hold(claimed, claimedAtMs);
    let outcome: RefreshOutcome = 'failed';
    try {
      outcome = await exchangeOnce(claimed, claimedAtMs);
    } catch (error) {
      // The lease ends by itself, and another try follows.
      logger.error(
        { err: error, connectionId: claimed.connectionId, provider: claimed.provider },
        'a token could not be refreshed',
      );
    } finally {
      lease.end();
    }
    metrics.observe(claimed.provider, outcome, msSince(startMs) / 1000);
    onSettled();
    return outcome;
  }

  async function exchangeOnce(claimed: ClaimedToken, claimedAtMs: number): Promise<RefreshOutcome> {
    const { connectionId, kind, generation } = claimed;
    if (claimed.attemptedBefore) {
      const earlier = await earlierResult(claimed);
      if (earlier !== 'none') return earlier;
    }
    // This process was stopped, or the statement took long: too little of the lease is left for an exchange.
    if (msSince(claimedAtMs) > leaseMs * START_WITHIN) {
      await releaseToken(database, claimed, 0);
      return 'busy';
    }
    const { oauth } = connectableOf(claimed.provider);
    const app = toAppFacts({ ...claimed, id: claimed.appId, tenantId: claimed.appTenantId }, box);
    const refreshToken = seals.openRefresh(connectionId, kind, claimed.refreshSealed);
    const askedAtMs = performance.now();
    let answer: Awaited<ReturnType<TokenEndpoint['refresh']>>;
    try {
      answer = await endpoint.refresh({ app, oauth, kind, refreshToken });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      const { failure, message } = error;
      const verdict = classifyFailure(failure, oauth.refresh);
      logger.warn(
        { connectionId, provider: claimed.provider, generation, verdict: verdict.kind, reason: message },
        'token.refreshed: no',
      );
      return await settlement.fail(claimed, { failure, verdict, message });
    }
    const [credential] = answer.credentials;
    if (!credential) throw new Error('an answer without a token is an error');
    // Some providers answer without the refresh token that stays valid.
    const sealed = seals.seal(connectionId, kind, {
      access: credential.accessToken,
      refresh: credential.refreshToken ?? refreshToken,
    });
    const fixedLife = oauth.refresh.lifetime;
    const rolling = fixedLife?.countedFrom === 'issue' && credential.refreshToken !== undefined;
    return await storeUntilDone(
      claimed,
      {
        connectionId,
        kind,
        generation,
        accessSealed: sealed.access,
        refreshSealed: sealed.refresh,
        tokenType: credential.tokenType,
        scopes: credential.scopes ?? null,
        lifeSeconds:
          credential.lifeSeconds ?? (oauth.expiry === 'always' ? oauth.accessTokenLifetimeSeconds : null),
        refreshLifeSeconds:
          credential.refreshLifeSeconds ?? (rolling ? fixedLife.seconds : claimed.refreshLifeSeconds),
        answeredAtMs: Date.now(),
      },
      askedAtMs,
    );
  }

  /** The result that an earlier exchange of this generation left in NATS. */
  async function earlierResult(claimed: ClaimedToken): Promise<RefreshOutcome | 'none'> {
    const { connectionId, kind, generation } = claimed;
    let kept: UnstoredToken | undefined;
    try {
      kept = await unstored.find(connectionId, kind);
    } catch (error) {
      // An exchange now could use a refresh token a second time, for which some providers end the whole grant.
      logger.warn({ err: error, connectionId }, 'NATS was not asked for an earlier result; trying again');
      await releaseToken(database, claimed, UNKNOWN_COPY_PAUSE_SECONDS);
      return 'busy';
    }
    if (kept?.generation !== generation) return 'none';
    return await storeKept(kept);
  }

  async function storeKept(kept: UnstoredToken): Promise<RefreshOutcome> {
    const { connectionId, kind } = kept;
    const ageSeconds = Math.max(0, Date.now() - kept.answeredAtMs) / 1000;
    let outcome: RefreshOutcome = 'failed';
    try {
      outcome = await settlement.store(kept, ageSeconds, undefined);
    } catch (error) {
      if (!isDataRefusal(error)) throw error;
      logger.error({ err: error, connectionId, kind }, 'a kept token can never be stored, and is dropped');
      await settlement.drop(kept);
    }
    await unstored.forget(connectionId, kind);
    return outcome;
  }

  /** Only a result that is stored may be used. Without Postgres it is kept in NATS and in memory meanwhile. */
  async function storeUntilDone(
    claimed: ClaimedToken,
    token: UnstoredToken,
    askedAtMs: number,
  ): Promise<RefreshOutcome> {
    const durationMs = msSince(askedAtMs);
    let keeping = Promise.resolve(false);
    const keepOnce = () => {
      keeping = keeping.then((isKept) => isKept || keep(token));
      return keeping;
    };
    // A Postgres that hangs would let the lease end before the statement fails.
    const timer = setTimeout(keepOnce, KEEP_AFTER_MS);
    /** No copy is made any more, and the one that there is goes. */
    const forgetCopy = async () => {
      clearTimeout(timer);
      if (await keeping) await forget(token);
    };
    for (let pauseMs = FIRST_STORE_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_STORE_PAUSE_MS)) {
      try {
        const outcome = await settlement.store(token, msSince(askedAtMs) / 1000, durationMs);
        await forgetCopy();
        return outcome;
      } catch (error) {
        // What can never be stored must not come back from NATS.
        if (!isTransientDatabaseError(error)) {
          await forgetCopy();
          logger.error(
            { err: error, connectionId: token.connectionId },
            'a refreshed token cannot be stored',
          );
          return await settlement.fail(claimed, NOT_STORABLE);
        }
        const isKept = await keepOnce();
        logger.warn(
          { connectionId: token.connectionId, isKept },
          'a refreshed token could not be stored yet; trying again',
        );
      }
      await sleep(pauseMs, undefined, { signal: draining.signal }).catch(() => undefined);
      if (draining.signal.aborted) {
        clearTimeout(timer);
        return 'failed';
      }
    }
  }

  async function keep(token: UnstoredToken): Promise<boolean> {
    try {
      await unstored.keep(token);
      return true;
    } catch (error) {
      logger.error(
        { err: error, connectionId: token.connectionId },
        'a refreshed token is only in memory: neither Postgres nor NATS stores it',
      );
      return false;
    }
  }

  async function forget({ connectionId, kind }: UnstoredToken): Promise<void> {
    // What is left is fenced by its generation, and dropped when it is found.
    await unstored
      .forget(connectionId, kind)
      .catch((error: unknown) => logger.warn({ err: error }, 'a stored token was not removed from NATS'));
  }

  const keyOf = (connectionId: string, kind: CredentialKind) => `${connectionId} ${kind}`;

  return {
    leaseMs,
    refresh: (connectionId, kind, generation, { isForced = false } = {}) =>
      share(keyOf(connectionId, kind), async () => {
        const claimedAtMs = performance.now();
        const claimed = await claimToken(database, {
          connectionId,
          kind,
          generation,
          leaseId: randomUUID(),
          leaseMs,
          isForced,
        });
        return claimed ? await exchange(claimed, claimedAtMs) : 'busy';
      }),
    run(claimed, claimedAtMs) {
      const key = keyOf(claimed.connectionId, claimed.kind);
      const earlier = running.get(key);
      return begin(key, () => exchangeAfter(earlier, claimed, claimedAtMs));
    },
    async recover() {
      const left = await unstored.list(RECOVERED_AT_ONCE);
      for (const token of left) {
        const key = keyOf(token.connectionId, token.kind);
        if (running.has(key)) continue;
        try {
          await share(key, () => storeKept(token));
        } catch (error) {
          if (isTransientDatabaseError(error)) throw error;
          logger.error(
            { err: error, connectionId: token.connectionId },
            'a kept token could not be stored; trying again',
          );
        }
      }
      return left.length;
    },
    async drain() {
      const timer = setTimeout(() => draining.abort(), DRAIN_MS);
      try {
        await Promise.allSettled(running.values());
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const msSince = (startMs: number) => performance.now() - startMs;
