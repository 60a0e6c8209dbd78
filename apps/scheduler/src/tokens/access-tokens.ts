import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionStatus } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import type { Journal } from '../journal/journal.ts';
import { lockConnection } from '../sql/lock-connection.ts';
import { markTokenRefused } from '../sql/mark-token-refused.ts';
import { readTokens, type TokenRow } from '../sql/read-token.ts';
import { isEnded } from '../status/decide-status.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import { describeStatus, type TokenReason } from '../status/status-reasons.ts';
import type { Refresher } from './refresher.ts';
import type { TokenSeals } from './token-seals.ts';

/** A connection has no token that can be used now. */
export class ConnectionUnavailableError extends Error {
  override readonly name = 'ConnectionUnavailableError';
  readonly code = 'connection_unavailable';
  readonly connectionId: string;
  /** Undefined: there is no such connection, or it has no such token. */
  readonly status: ConnectionStatus | undefined;
  readonly reason: string | null;
  /** The OAuth application that the provider does not accept, so that no token can be refreshed. */
  readonly faultyApp: FaultyApp | undefined;
  /** When the token is refreshed by itself; undefined: never, or nobody knows. */
  readonly nextRefresh: NextRefresh | undefined;

  constructor(
    connectionId: string,
    status: ConnectionStatus | undefined,
    reason: string | null,
    {
      faultyApp,
      nextRefresh,
    }: { faultyApp?: FaultyApp | undefined; nextRefresh?: NextRefresh | undefined } = {},
  ) {
    super(status === undefined ? 'there is no such token' : describeStatus(status, reason));
    this.connectionId = connectionId;
    this.status = status;
    this.reason = reason;
    this.faultyApp = faultyApp;
    this.nextRefresh = nextRefresh;
  }
}

export interface NextRefresh {
  readonly inSeconds: number;
  /** By the database's clock. */
  readonly at: Date;
}

/** Undefined: the token is not refreshed by itself. */
export const nextRefreshOf = ({ dueSeconds, dueAtMs }: TokenRow): NextRefresh | undefined =>
  dueSeconds === null || dueAtMs === null
    ? undefined
    : { inSeconds: Math.max(0, dueSeconds), at: new Date(dueAtMs) };

export interface FaultyApp {
  readonly appId: string;
  /** Without secrets. */
  readonly fault: string;
}

/** Undefined: the provider accepts the application of the token. */
export function faultyAppOf({ appId, appFault }: TokenRow): FaultyApp | undefined {
  return appFault === null ? undefined : { appId, fault: appFault };
}

export interface AccessToken {
  token: string;
  kind: CredentialKind;
  generation: number;
  /** In ms since 1970, by the database's clock. Undefined: it does not expire. */
  expiresAtMs: number | undefined;
}

export interface AccessTokens {
  /**
   * A token that is valid for at least `minValidSeconds` (default 60), or for half of its life if that is less. It is
   * refreshed first if needed; concurrent callers share one exchange. Ask for it right before each call.
   * @param options.kind default: the only one, or the bot's
   * @throws ConnectionUnavailableError, the reason of `signal`
   */
  get(
    connectionId: string,
    options?: { kind?: CredentialKind; minValidSeconds?: number; signal?: AbortSignal },
  ): Promise<AccessToken>;
  /**
   * The provider's API answered 401 to the token of that generation. The token is refreshed once. If the next one is
   * refused soon afterwards too, only a new consent can help.
   * @param reason for people, without secrets
   */
  refused(connectionId: string, kind: CredentialKind, generation: number, reason: string): Promise<void>;
}

const DEFAULT_MIN_VALID_SECONDS = 60;
/** A token with less time left is no longer handed out, whatever the caller asked for. */
const LEAST_SECONDS = 5;
const MAX_WAIT_MS = 25_000;
const MAX_EXCHANGES = 3;
const FIRST_LOOK_MS = 50;
const LAST_LOOK_MS = 1_000;
/** A refusal so long after the forced refresh of the generation before is another case. */
const SAME_CASE_SECONDS = 3_600;

export function createAccessTokens(parts: {
  database: Database;
  seals: TokenSeals;
  refresher: Refresher;
  journal: Journal;
  statusChanges: StatusChanges;
  /** Called after a change of a status. */
  onSettled: () => void;
}): AccessTokens {
  const { database, seals, refresher, journal, statusChanges, onSettled } = parts;

  const handOut = (row: TokenRow): AccessToken => ({
    token: seals.openAccess(row.connectionId, row.kind, row.accessSealed),
    kind: row.kind,
    generation: row.generation,
    expiresAtMs: row.expiresAtMs ?? undefined,
  });

  /** One look at the row: the token, or undefined if a refresh is needed first. */
  function judge(row: TokenRow, minValidSeconds: number): AccessToken | undefined {
    if (isEnded(row.status)) throw new ConnectionUnavailableError(row.connectionId, row.status, row.reason);
    const needed = Math.min(minValidSeconds, (row.lifeSeconds ?? Number.POSITIVE_INFINITY) / 2);
    return isUsable(row, needed) ? handOut(row) : undefined;
  }

  /**
   * The token although it is valid for less time than asked, if it is valid at all.
   * @param otherwise why there is none, if the row does not say it
   */
  function lastResort(row: TokenRow, otherwise: TokenReason): AccessToken {
    if (isUsable(row, LEAST_SECONDS)) return handOut(row);
    const faultyApp = faultyAppOf(row);
    const failure = row.failureReason ?? (faultyApp === undefined ? otherwise : null);
    // Also a connection that is paused is without a token for this reason.
    const [status, reason] = failure === null ? [row.status, row.reason] : (['refreshing', failure] as const);
    throw new ConnectionUnavailableError(row.connectionId, status, reason, {
      faultyApp,
      nextRefresh: nextRefreshOf(row),
    });
  }

  async function endWithoutRefreshToken(row: TokenRow): Promise<never> {
    await database.withSystem((transaction) =>
      statusChanges.applyTo(transaction, row.connectionId, 'grant_dead', 'no_refresh_token'),
    );
    onSettled();
    throw new ConnectionUnavailableError(row.connectionId, 'needs_reauth', 'no_refresh_token');
  }

  return {
    async get(connectionId, { kind, minValidSeconds = DEFAULT_MIN_VALID_SECONDS, signal } = {}) {
      const startMs = performance.now();
      let exchanges = 0;
      for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LAST_LOOK_MS)) {
        signal?.throwIfAborted();
        const [row] = await readTokens(database, connectionId, kind);
        if (!row) throw new ConnectionUnavailableError(connectionId, undefined, null);
        const token = judge(row, minValidSeconds);
        if (token) return token;
        if (!row.canRefresh) {
          return isUsable(row, LEAST_SECONDS) ? handOut(row) : await endWithoutRefreshToken(row);
        }
        const outcome = row.isLeased
          ? 'busy'
          : await untilAborted(refresher.refresh(connectionId, row.kind, row.generation), signal);
        // A provider that gives tokens which have expired already is not asked again and again.
        const isNew = outcome === 'stored' || outcome === 'superseded';
        if (isNew && ++exchanges < MAX_EXCHANGES) continue;
        const [now] = await readTokens(database, connectionId, row.kind);
        if (!now) throw new ConnectionUnavailableError(connectionId, undefined, null);
        const next = judge(now, minValidSeconds);
        if (next) return next;
        if (isNew) return lastResort(now, 'expires_at_once');
        // Between two looks others may begin and end a refresh. Only a row that says why there is no token ends the wait.
        const isExplained = !now.isLeased && (now.failureReason !== null || now.appFault !== null);
        if (isExplained || performance.now() - startMs > MAX_WAIT_MS)
          return lastResort(now, 'refresh_under_way');
        // The next round throws the reason of the signal; a timer would reject with an error of its own.
        await sleep(lookMs, undefined, signal && { signal }).catch(() => undefined);
      }
    },

    async refused(connectionId, kind, generation, reason) {
      const [row] = await readTokens(database, connectionId, kind);
      // Another token is there by now, or nothing can be done any more.
      if (!row || row.generation !== generation) return;
      if (isEnded(row.status)) return;
      const wasForced =
        row.refusedGeneration === generation - 1 &&
        (row.refusedForSeconds ?? Number.POSITIVE_INFINITY) < SAME_CASE_SECONDS;
      const isFinal = wasForced || !row.canRefresh;
      const isFirst = await database.withSystem(async (transaction) => {
        const connection = await lockConnection(transaction, connectionId);
        if (!connection || !(await markTokenRefused(transaction, { connectionId, kind, generation })))
          return false;
        await journal.record(transaction, {
          connectionId,
          tenant: connection.tenant,
          kind: 'error',
          outcome: 'token_refused',
          text: `The provider refused the ${kind} token: ${reason}`,
          detail: { token: kind, generation },
        });
        if (isFinal) await statusChanges.apply(transaction, connection, 'grant_dead', 'token_refused');
        return true;
      });
      onSettled();
      if (isFirst && !isFinal) await refresher.refresh(connectionId, kind, generation);
    },
  };
}

/** Whether a token is valid for so long, and the provider's API has not refused it. */
const isUsable = ({ generation, refusedGeneration, secondsLeft }: TokenRow, seconds: number) =>
  refusedGeneration !== generation && (secondsLeft === null || secondsLeft >= seconds);

/** The promise, or the reason of the signal; the work goes on for others. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
