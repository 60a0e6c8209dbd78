import type { AnswerVerdict, JudgedAnswer } from '@hookline/providers';
import type { QuotaGroup } from './quota-groups-of.ts';

/** What an answer says about quotas. Undefined: the call had no answer. */
export interface QuotaAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly judged: JudgedAnswer;
}

const SCHEDULED_SHARE = 0.8;
/** After a refusal that says no time. */
const DEFAULT_CLOSED_SECONDS = 60;
const DEFAULT_EXHAUSTED_SECONDS = 3_600;
const MAX_CLOSED_SECONDS = 86_400;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);
const LIMITED: ReadonlySet<AnswerVerdict> = new Set(['rate-limited', 'quota-exhausted']);

/** The share of a group's capacity that a call may use. */
export function shareOf({ specification }: QuotaGroup, onDemand: boolean): number {
  // Refusals are counted against a limit of our own, far below the provider's.
  return onDemand || specification.counts === 'refusals' ? 1 : SCHEDULED_SHARE;
}

interface Told {
  limit_told: number | undefined;
  remaining_told: number | undefined;
  reset_seconds: number | undefined;
}

/** The rest of a row of `settle-quota.ts`. */
export interface Charge extends Told {
  cost: number;
  refused: boolean;
  closed_seconds: number | undefined;
}

const NOTHING_TOLD = { limit_told: undefined, remaining_told: undefined, reset_seconds: undefined };

/** What a call has cost a group, and what its answer says about the group. */
export function chargeOf({ cost, specification }: QuotaGroup, answer: QuotaAnswer | undefined): Charge {
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
