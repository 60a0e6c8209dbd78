/** The event that holds a dedupe key, as stored in Postgres. */
export interface KeyHolder {
  /** The event that holds the key. */
  holder: string;
  /** The time of receipt of that event, in ms since 1970. */
  holderAtMs: number;
  /** Whether that event is stored. */
  isStored: boolean;
  /** Whether the event that is judged is stored itself. */
  isOwnStored: boolean;
}

/**
 * - `new`: no event held the key at its time.
 * - `takes-over`: the window of the event that holds the key is over.
 * - `repeat`: a repeat of a stored event, or stored itself.
 * - `behind`: perhaps a repeat of an event that this replica is about to store.
 * - `waits`: perhaps a repeat of an event that another replica is about to store; only a stored event has repeats.
 */
export type KeyJudgement = 'new' | 'takes-over' | 'repeat' | 'behind' | 'waits';

/**
 * @param event `windowMs`: the dedupe window; undefined: for ever
 * @param isTaken whether the event was found to be new by this replica, and is not stored yet
 */
export function judgeKey(
  event: { id: string; createdAtMs: number; windowMs: number | undefined },
  { holder, holderAtMs, isStored, isOwnStored }: KeyHolder,
  isTaken: (id: string) => boolean,
): KeyJudgement {
  const { id, createdAtMs, windowMs } = event;
  if (holder === id) return isStored ? 'repeat' : 'new';
  if (windowMs !== undefined && Math.abs(createdAtMs - holderAtMs) > windowMs) {
    if (isOwnStored) return 'repeat';
    // An event that was received earlier and arrives late, from a journal, leaves the key to the later event.
    return createdAtMs > holderAtMs ? 'takes-over' : 'new';
  }
  if (isTaken(holder)) return 'behind';
  return isStored ? 'repeat' : 'waits';
}
