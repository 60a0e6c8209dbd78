const WINDOW_MS = 60_000;
/** Limits the memory that many different addresses can use. */
const MAX_KEYS = 10_000;

/** Limits the recorded rejections per minute, so that no sender can fill the table or displace the others. */
export interface RejectionBudget {
  /**
   * Whether one more rejection may be recorded.
   * @param key the source, or the address if there is none
   * @param nowMs on the monotonic clock
   * @param isKnown false for an address that anyone can make up; all of these share a second budget
   */
  take(key: string, isKnown: boolean, nowMs: number): boolean;
}

/**
 * @param perKey limit per minute for one key
 * @param forUnknown limit per minute for all made-up addresses together
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
