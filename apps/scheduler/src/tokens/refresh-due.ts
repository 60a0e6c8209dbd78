import { createHash } from 'node:crypto';
import { REFRESH_BEFORE_EXPIRY_SECONDS } from '@hookline/providers';

export interface TokenLife {
  readonly connectionId: string;
  readonly kind: string;
  readonly generation: number;
  /** Of the access token, from now; undefined: it does not expire. */
  readonly lifeSeconds: number | undefined;
  /** Of the refresh token, from now; undefined: it does not end, or its end is unknown. */
  readonly refreshLifeSeconds: number | undefined;
}

/** The longest lead, as a share of the life of the access token. */
const MAX_LEAD_SHARE = 1 / 3;

/**
 * In how many seconds a token is refreshed; undefined: never. The lead before the expiry is between ten minutes and a
 * third of the token's life. It is drawn from the names of the token, so that it is the same on every replica, and
 * differs between tokens and from one refresh to the next: accounts that were connected together do not stay together.
 *
 * If the refresh token ends with the access token, or soon after, a lead before that end is no reserve: such a token is
 * refreshed at half of its life.
 */
export function secondsUntilRefresh(token: TokenLife): number | undefined {
  const { lifeSeconds, refreshLifeSeconds } = token;
  if (lifeSeconds === undefined) return refreshLifeSeconds === undefined ? undefined : refreshLifeSeconds / 2;
  const longest = lifeSeconds * MAX_LEAD_SHARE;
  const shortest = Math.min(REFRESH_BEFORE_EXPIRY_SECONDS, longest);
  const due = lifeSeconds - (shortest + drawOf(token) * (longest - shortest));
  if (refreshLifeSeconds === undefined) return due;
  return refreshLifeSeconds < lifeSeconds + REFRESH_BEFORE_EXPIRY_SECONDS
    ? Math.min(due, Math.min(lifeSeconds, refreshLifeSeconds) / 2)
    : due;
}

/** From 0 to below 1. */
function drawOf({ connectionId, kind, generation }: TokenLife): number {
  const hash = createHash('sha256').update(`${connectionId} ${kind} ${generation}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32;
}

/** The least and the longest pause before the next try after a failure that may pass. */
const FIRST_PAUSE_SECONDS = 15;
const LONGEST_PAUSE_SECONDS = 900;
const LONGEST_ASKED_PAUSE_SECONDS = 3_600;

/**
 * In how many seconds a refresh is tried again: the pause doubles with each failure in a row, up to a quarter of an
 * hour, and is longer if the provider asks for it.
 * @param failures in a row, this one included
 */
export function retryPauseSeconds(
  token: Pick<TokenLife, 'connectionId' | 'kind' | 'generation'>,
  failures: number,
  retryAfterSeconds: number | undefined,
): number {
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_SECONDS);
  const draw = drawOf({ ...token, kind: `${token.kind} ${failures}`, lifeSeconds: 0, refreshLifeSeconds: 0 });
  const asked = Math.min(retryAfterSeconds ?? 0, LONGEST_ASKED_PAUSE_SECONDS);
  return Math.max(pause * (0.75 + draw / 2), asked);
}
