const WINDOW_MS = 60_000;
/** Bounds the memory that many different addresses can take. */
const MAX_KEYS = 10_000;

/** How many rejections may be kept a minute, so that one sender cannot fill the table or crowd the others out. */
export interface RejectionBudget {
  /**
   * Whether one more may be kept.
   * @param key the source, or the address where there is none
   * @param nowMs by the monotonic clock
   * @param isKnown false for an address that anyone can make up; all of these share a second budget
   */
  take(key: string, isKnown: boolean, nowMs: number): boolean;
}

/**
 * @param perKey kept a minute for one key
 * @param forUnknown kept a minute for all made-up addresses together
 */
export function createRejectionBudget(perKey: number, forUnknown: number): RejectionBudget {
  const taken = new Map<string, number>();
  let unknown = 0;
  let windowEndMs = 0;
  return {
    take(key, isKnown, nowMs) {
      if (nowMs >= windowEndMs) {
        taken.clear();
        unknown = 0;
        windowEndMs = nowMs + WINDOW_MS;
      }
      if (!isKnown && unknown >= forUnknown) return false;
      const count = taken.get(key) ?? 0;
      if (count >= perKey || (count === 0 && taken.size >= MAX_KEYS)) return false;
      taken.set(key, count + 1);
      if (!isKnown) unknown++;
      return true;
    },
  };
}
