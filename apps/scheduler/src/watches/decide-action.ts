import type { WatchSpecification } from '@hookline/providers';
import type { WatchRow } from '../sql/watch-row.ts';

/** How long a ping, a handshake or a first push may take. */
export const CONFIRM_WITHIN_MS = 60_000;

/** What a run of a watch's task does. */
export type WatchAction =
  | { readonly action: 'register' | 'renew' | 'check' | 'nothing' | 'give-up-waiting' }
  | { readonly action: 'wait'; readonly seconds: number };

type State = Pick<WatchRow, 'status' | 'registeredAt' | 'expiresAt'>;

/** @param nowMs the time of the database */
export function decideAction(
  { status, registeredAt, expiresAt }: State,
  specification: Pick<WatchSpecification, 'renewEverySeconds' | 'check'>,
  nowMs: number,
): WatchAction {
  if (status === 'stopping') return { action: 'nothing' };
  if (registeredAt === null) return { action: 'register' };
  if (status === 'pending') {
    const waitMs = registeredAt.getTime() + CONFIRM_WITHIN_MS - nowMs;
    return waitMs > 0
      ? { action: 'wait', seconds: Math.ceil(waitMs / 1_000) }
      : { action: 'give-up-waiting' };
  }
  // What nothing has confirmed is asked for again, and stays unconfirmed until then.
  if (status !== 'unverified' && expiresAt !== null && expiresAt.getTime() <= nowMs)
    return { action: 'register' };
  if (specification.renewEverySeconds !== undefined) return { action: 'renew' };
  return { action: specification.check === undefined ? 'nothing' : 'check' };
}
