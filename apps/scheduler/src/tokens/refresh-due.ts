import { REFRESH_BEFORE_EXPIRY_SECONDS } from '@hookline/providers';
import { nextOnGrid, phaseOf as phaseOfText } from '../tasks/grid.ts';

interface TokenName {
  readonly connectionId: string;
  readonly kind: string;
}

export interface TokenLife extends TokenName {
  /** Of the access token, from now; undefined: it does not expire. */
  readonly lifeSeconds: number | undefined;
  /** The whole life of the access token; default: `lifeSeconds`. */
  readonly fullLifeSeconds?: number | undefined;
  /** Of the refresh token, from now; undefined: it does not end, or its end is unknown. */
  readonly refreshLifeSeconds: number | undefined;
  /** The refresh before came late, after failures. Default false. */
  readonly cameLate?: boolean;
}

/** The longest lead, as a share of the life of the access token. */
const MAX_LEAD_SHARE = 1 / 3;
/** Tokens are not refreshed by themselves more often than this. A caller has its token refreshed at once. */
const LEAST_PAUSE_SECONDS = 60;
/** Of a token with a shorter life, the longest lead would begin before the least pause is over. */
export const SHORT_LIFE_SECONDS = 90;

/**
 * In how many seconds a token is refreshed; undefined: never. The lead before the expiry is between ten minutes and a
 * third of the token's life. Within these bounds each token moves towards due times of its own, on a grid with a phase
 * that its names decide, by a part of the distance. So accounts that were connected together, or refreshed together after
 * an outage, are apart after a few refreshes and stay apart. A random lead takes dozens of refreshes for that.
 *
 * After an outage many tokens are refreshed within minutes, as soon as the provider answers. Each of them is refreshed
 * next at its own due time, even if that is early: otherwise the same tokens would come together again and again.
 *
 * A token with a very short life is refreshed after the least pause, although it has ended by then.
 *
 * If the refresh token ends with the access token, or soon after, a lead before that end is no reserve: such a token is
 * refreshed at half of its life.
 * @param nowMs the time of the database
 */
export function secondsUntilRefresh(token: TokenLife, nowMs: number): number | undefined {
  const { lifeSeconds, refreshLifeSeconds, cameLate = false } = token;
  if (lifeSeconds === undefined) return refreshLifeSeconds === undefined ? undefined : refreshLifeSeconds / 2;
  if ((token.fullLifeSeconds ?? lifeSeconds) < SHORT_LIFE_SECONDS)
    return Math.min(LEAST_PAUSE_SECONDS, (refreshLifeSeconds ?? Infinity) / 2);
  const longest = lifeSeconds * MAX_LEAD_SHARE;
  const shortest = Math.min(REFRESH_BEFORE_EXPIRY_SECONDS, longest);
  const middle = (2 * lifeSeconds - longest - shortest) / 2;
  // From -0.5 to 0.5: how far its own due time is from the middle of the bounds, in periods.
  const distance = distanceToOwnTime(token, lifeSeconds, nowMs);
  // The own due time after the least time is at least the shortest lead before the end.
  const least = (longest - shortest) / 2;
  const due = cameLate
    ? (nextOnGrid(nowMs + least * 1_000, periodMs(lifeSeconds), phaseOf(token)) - nowMs) / 1_000
    : middle + distance * (longest - shortest);
  if (refreshLifeSeconds === undefined) return due;
  return refreshLifeSeconds < lifeSeconds + REFRESH_BEFORE_EXPIRY_SECONDS
    ? Math.min(due, Math.min(lifeSeconds, refreshLifeSeconds) / 2)
    : due;
}

function distanceToOwnTime(token: TokenName, lifeSeconds: number, nowMs: number): number {
  const period = periodMs(lifeSeconds);
  const own = nextOnGrid(nowMs + period / 2, period, phaseOf(token));
  return (own - nowMs) / period - 1;
}

/** The usual time between two refreshes. Answers tell lives that differ by seconds: the grid must be the same. */
function periodMs(lifeSeconds: number): number {
  const life = Math.max(1, Math.round(lifeSeconds / 60)) * 60;
  const longest = life * MAX_LEAD_SHARE;
  return (life - (longest + Math.min(REFRESH_BEFORE_EXPIRY_SECONDS, longest)) / 2) * 1_000;
}

/** How long after a time without replicas the last token is refreshed that nobody has asked for meanwhile. */
const CATCH_UP_SECONDS = 28_800;

/**
 * In how many seconds a token is refreshed whose due time has passed while no replica ran. Who needs the token earlier
 * has it refreshed at once. So the tokens of all connections need not be refreshed in the same minute, and each of them is
 * refreshed at one of its own due times.
 * @param lifeSeconds of the access token; null: it does not expire
 */
export function secondsUntilLateRefresh(token: TokenName, lifeSeconds: number | null, nowMs: number): number {
  const phase = phaseOf(token);
  const period = lifeSeconds === null ? Number.POSITIVE_INFINITY : periodMs(lifeSeconds);
  return period <= CATCH_UP_SECONDS * 1_000
    ? (nextOnGrid(nowMs, period, phase) - nowMs) / 1_000
    : CATCH_UP_SECONDS * phase;
}

/** From 0 to below 1, the same on every replica. */
const phaseOf = ({ connectionId, kind }: TokenName) => phaseOfText(`${connectionId} ${kind}`);

/** The least and the longest pause before the next try after a failure that may pass. */
const FIRST_PAUSE_SECONDS = 15;
const LONGEST_PAUSE_SECONDS = 2_700;
const LONGEST_ASKED_PAUSE_SECONDS = 3_600;

/**
 * In how many seconds a refresh is tried again: the pause doubles with each failure in a row, up to three quarters
 * of an hour, and is longer if the provider asks for it. That is how far apart the refreshes of a token with a life of
 * an hour are: a provider that comes back after an outage gets no more of them than usual, then and an hour later.
 * @param failures in a row, this one included
 */
export function retryPauseSeconds(
  token: TokenName & { readonly generation: number },
  failures: number,
  retryAfterSeconds: number | undefined,
): number {
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_SECONDS);
  const draw = phaseOfText(`${token.connectionId} ${token.kind} ${token.generation} ${failures}`);
  const asked = Math.min(retryAfterSeconds ?? 0, LONGEST_ASKED_PAUSE_SECONDS);
  return Math.max(pause * (0.75 + draw / 2), asked);
}
