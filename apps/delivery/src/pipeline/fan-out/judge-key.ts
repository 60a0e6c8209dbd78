/** Who has the key of an event, as Postgres says. */
export interface KeyHolder {
  /** The event with the key. */
  holder: string;
  /** The time of receipt of that event, in ms since 1970. */
  holderAtMs: number;
  /** Whether that event is stored. */
  isStored: boolean;
  /** Whether the event in question is stored itself. */
  isOwnStored: boolean;
}

/**
 * - `new`: nobody had the key at its time.
 * - `takes-over`: its key is free again, because the window of the event that has it is over.
 * - `repeat`: of a stored event, or stored itself.
 * - `behind`: perhaps a repeat of an event that is just being taken.
 * - `waits`: perhaps a repeat of an event that another replica is storing; only a stored one may stand for it.
 */
export type KeyJudgement = 'new' | 'takes-over' | 'repeat' | 'behind' | 'waits';

/**
 * @param event `windowMs`: how long after an event its like is a repeat; undefined: for ever
 * @param isTaken whether an event was found to be new just now, and is not stored yet
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
    // One that was received before, and comes late (out of a journal), leaves the key to the later one.
    return createdAtMs > holderAtMs ? 'takes-over' : 'new';
  }
  if (isTaken(holder)) return 'behind';
  return isStored ? 'repeat' : 'waits';
}
