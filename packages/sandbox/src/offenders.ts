/** The recent timeouts of some code, and how it runs because of them. */
export interface Conduct {
  /** `apart`: it timed out recently and runs in a separate thread. `suspended`: it does not run for a while. */
  state: 'normal' | 'apart' | 'suspended';
  /** The number of consecutive runs that timed out. */
  timeouts: number;
  /** The rest of the suspension, in ms. */
  suspendedForMs: number | undefined;
}

export interface Offenders {
  /** @param code the code that ran: changed code of the same key starts without timeouts */
  note(key: string, owner: string, code: string, ranOutOfTime: boolean): void;
  conductOf(key: string, owner: string, code?: string): Conduct;
}

/** How long code runs apart after a timeout, and all code of an owner after several timeouts. */
const APART_MS = 60_000;
/** After this many timeouts within that time, all code of the owner runs apart. */
const OWNER_TIMEOUTS = 3;
/** After this many consecutive timeouts the code is suspended. */
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
 * Records which code times out. After a suspension, one run in time clears the count of timeouts, and one more timeout
 * suspends the code for twice as long.
 *
 * @param now a monotonic clock, in ms
 */
export function createOffenders(now: () => number = () => performance.now()): Offenders {
  const byKey = new Map<string, Offence>();
  /** Owner → the times of its last OWNER_TIMEOUTS timeouts, oldest first. */
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
        // The code stays apart for the full time: this payload may have been small, and the next one may be large.
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
