/** How code has behaved lately. */
export interface Conduct {
  /** `apart`: it ran out of time lately, and runs where it slows no other. `suspended`: it does not run for a while. */
  state: 'normal' | 'apart' | 'suspended';
  /** How often it has run out of time, one run after the other. */
  timeouts: number;
  /** Until when it is suspended, in ms from now. */
  suspendedForMs: number | undefined;
}

export interface Offenders {
  /** @param code what ran: other code of the same key starts anew */
  note(key: string, owner: string, code: string, ranOutOfTime: boolean): void;
  conductOf(key: string, owner: string, code?: string): Conduct;
}

/** So long after code ran out of time it runs apart; and all of an owner of whom several did. */
const APART_MS = 60_000;
/** So many within that time, and all that the owner has runs apart. */
const OWNER_TIMEOUTS = 3;
/** So many runs in a row, and the code is suspended. */
export const SUSPENDED_AFTER = 5;
const FIRST_SUSPENSION_MS = 30_000;
const LONGEST_SUSPENSION_MS = 600_000;
const MAX_REMEMBERED = 10_000;

interface Offence {
  code: string;
  timeouts: number;
  apartUntilMs: number;
  suspendedUntilMs: number;
}

/**
 * Remembers whose code runs out of time. After a suspension one more run in time makes everything well, and one more that
 * is not doubles the next suspension.
 *
 * @param now a clock that never goes back, in ms
 */
export function createOffenders(now: () => number = () => performance.now()): Offenders {
  const byKey = new Map<string, Offence>();
  /** Owner → when code of theirs last ran out of time, oldest first; as many as count. */
  const byOwner = new Map<string, number[]>();

  function remember<V>(map: Map<string, V>, name: string, value: V): void {
    map.delete(name);
    map.set(name, value);
    if (map.size > MAX_REMEMBERED) map.delete(map.keys().next().value as string);
  }

  function isOwnerApart(owner: string): boolean {
    const times = byOwner.get(owner);
    return times?.length === OWNER_TIMEOUTS && (times[0] as number) > now() - APART_MS;
  }

  return {
    note(key, owner, code, ranOutOfTime) {
      const known = byKey.get(key);
      const nowMs = now();
      if (!ranOutOfTime) {
        // It stays apart for its time: one payload may be small and the next one large.
        if (known && known.apartUntilMs <= nowMs) byKey.delete(key);
        else if (known) remember(byKey, key, { ...known, code, timeouts: 0, suspendedUntilMs: 0 });
        return;
      }
      const timeouts = known?.code === code ? known.timeouts + 1 : 1;
      const over = timeouts - SUSPENDED_AFTER;
      const suspensionMs = over < 0 ? 0 : Math.min(LONGEST_SUSPENSION_MS, FIRST_SUSPENSION_MS * 2 ** over);
      remember(byKey, key, {
        code,
        timeouts,
        apartUntilMs: nowMs + Math.max(APART_MS, 2 * suspensionMs),
        suspendedUntilMs: nowMs + suspensionMs,
      });
      remember(byOwner, owner, [...(byOwner.get(owner) ?? []), nowMs].slice(-OWNER_TIMEOUTS));
    },
    conductOf(key, owner, code) {
      const nowMs = now();
      const known = byKey.get(key);
      const counts = known !== undefined && known.apartUntilMs > nowMs && (code ?? known.code) === known.code;
      const timeouts = counts ? known.timeouts : 0;
      if (counts && known.suspendedUntilMs > nowMs)
        return { state: 'suspended', timeouts, suspendedForMs: known.suspendedUntilMs - nowMs };
      return {
        state: counts || isOwnerApart(owner) ? 'apart' : 'normal',
        timeouts,
        suspendedForMs: undefined,
      };
    },
  };
}
