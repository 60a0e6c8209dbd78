import type { Database } from '@hookline/db';
import type { AnswerVerdict, JudgedAnswer } from '@hookline/providers';
import { ensureQuotaGroups } from '../sql/ensure-quota-groups.ts';
import { type ReservedQuota, reserveQuota } from '../sql/reserve-quota.ts';
import { settleQuota } from '../sql/settle-quota.ts';
import type { QuotaGroup } from './quota-groups-of.ts';

/** A quota has no room for a call now. */
export class QuotaExhaustedError extends Error {
  override readonly name = 'QuotaExhaustedError';
  readonly code = 'quota_exhausted';
  /** The key of the group. */
  readonly group: string;
  readonly retryAfterSeconds: number;

  constructor(group: string, retryAfterSeconds: number) {
    super(`the quota ${group} has room again in ${Math.ceil(retryAfterSeconds)} s`);
    this.group = group;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Units that a call has reserved. */
export interface Reservation {
  readonly groups: readonly (QuotaGroup & { readonly windowEndsAt: string })[];
}

/** What an answer says about quotas. Undefined: the call had no answer. */
export interface QuotaAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly judged: JudgedAnswer;
}

export interface QuotaBook {
  /**
   * Reserves the cost of a call in each group. Scheduled calls leave a fifth of each quota to calls on demand.
   * @throws QuotaExhaustedError
   */
  reserve(groups: readonly QuotaGroup[], onDemand: boolean): Promise<Reservation>;
  /** Replaces a reservation by what the answer says. */
  settle(reservation: Reservation, answer: QuotaAnswer | undefined): Promise<void>;
}

const SCHEDULED_SHARE = 0.8;
/** After a refusal that says no time. */
const DEFAULT_CLOSED_SECONDS = 60;
const DEFAULT_EXHAUSTED_SECONDS = 3_600;
const MAX_CLOSED_SECONDS = 86_400;
/** Groups that this process knows to exist. Beyond it, it asks once more. */
const MAX_KNOWN = 10_000;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);
const LIMITED: ReadonlySet<AnswerVerdict> = new Set(['rate-limited', 'quota-exhausted']);

/** Quotas in Postgres, which all replicas share. */
export function createQuotaBook(database: Database): QuotaBook {
  const known = new Map<string, string>();

  async function ensure(groups: readonly QuotaGroup[]): Promise<void> {
    const unknown = groups.filter((group) => known.get(group.key) !== ruleOf(group));
    if (unknown.length === 0) return;
    await ensureQuotaGroups.run(database, {
      groups: unknown.map(({ key, capacity, windowSeconds, zone }) => ({
        key,
        capacity,
        window_seconds: windowSeconds,
        zone,
      })),
    });
    if (known.size + unknown.length > MAX_KNOWN) known.clear();
    for (const group of unknown) known.set(group.key, ruleOf(group));
  }

  return {
    async reserve(groups, onDemand) {
      if (groups.length === 0) return { groups: [] };
      await ensure(groups);
      const { rows } = await reserveQuota.run<ReservedQuota>(database, {
        wanted: groups.map(({ key, cost, specification }) => ({
          key,
          cost,
          // Refusals are counted against a limit of our own, far below the provider's.
          share: onDemand || specification.counts === 'refusals' ? 1 : SCHEDULED_SHARE,
        })),
      });
      const refusal = rows.find(({ retryAfterSeconds }) => retryAfterSeconds !== null);
      if (refusal) throw new QuotaExhaustedError(refusal.key, refusal.retryAfterSeconds ?? 0);
      if (rows.length < groups.length) {
        // Someone has removed a row. The next call creates it.
        known.clear();
      }
      const ends = new Map(rows.map(({ key, windowEndsAt }) => [key, windowEndsAt]));
      return {
        groups: groups.flatMap((group) => {
          const windowEndsAt = ends.get(group.key);
          return windowEndsAt === undefined ? [] : [{ ...group, windowEndsAt }];
        }),
      };
    },
    async settle({ groups }, answer) {
      if (groups.length === 0) return;
      await settleQuota.run(database, {
        settled: groups.map((group) => ({
          key: group.key,
          window_ends_at: group.windowEndsAt,
          reserved: group.cost,
          ...costOf(group, answer),
        })),
      });
    },
  };
}

const ruleOf = ({ capacity, windowSeconds, zone }: QuotaGroup) => `${capacity}/${windowSeconds}/${zone}`;

interface Told {
  limit_told: number | undefined;
  remaining_told: number | undefined;
  reset_seconds: number | undefined;
}

interface Settled extends Told {
  cost: number;
  refused: boolean;
  closed_seconds: number | undefined;
}

const NOTHING_TOLD = { limit_told: undefined, remaining_told: undefined, reset_seconds: undefined };

function costOf({ cost, specification }: QuotaGroup, answer: QuotaAnswer | undefined): Settled {
  // A call without an answer may have been counted.
  if (answer === undefined) return { cost, refused: false, closed_seconds: undefined, ...NOTHING_TOLD };
  const { status, headers, judged } = answer;
  if (specification.counts === 'refusals') {
    const isCounted = REFUSALS.has(status) && headers['x-ratelimit-scope'] !== 'shared';
    return { cost: isCounted ? 1 : 0, refused: false, closed_seconds: undefined, ...NOTHING_TOLD };
  }
  const isLimited = LIMITED.has(judged.verdict);
  const defaultSeconds =
    judged.verdict === 'quota-exhausted' ? DEFAULT_EXHAUSTED_SECONDS : DEFAULT_CLOSED_SECONDS;
  return {
    cost: judged.verdict === 'not-modified' && specification.notModifiedIsFree ? 0 : cost,
    refused: isLimited,
    closed_seconds: isLimited
      ? Math.min(MAX_CLOSED_SECONDS, judged.retryAfterSeconds ?? defaultSeconds)
      : undefined,
    ...toldBy(headers, specification.headers),
  };
}

/** The provider's own count. Its clock and ours may differ, so the reset is read against its own date. */
function toldBy(
  headers: Readonly<Record<string, string>>,
  names: { limit: string; remaining: string; reset: string } | undefined,
): Told {
  if (names === undefined) return NOTHING_TOLD;
  const [limit, remaining] = [wholeNumber(headers[names.limit]), wholeNumber(headers[names.remaining])];
  if (limit === undefined || remaining === undefined) return NOTHING_TOLD;
  const reset = wholeNumber(headers[names.reset]);
  const nowMs = Date.parse(headers['date'] ?? '');
  const resetSeconds = reset === undefined ? Number.NaN : reset - nowMs / 1_000;
  return {
    limit_told: limit,
    remaining_told: remaining,
    reset_seconds: Number.isFinite(resetSeconds) ? Math.max(0, resetSeconds) : undefined,
  };
}

const wholeNumber = (text: string | undefined) =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
