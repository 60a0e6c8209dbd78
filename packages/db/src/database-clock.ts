/**
 * An estimate of the database's clock, which all replicas share: the time that Postgres told, plus the monotonic time
 * that has passed since. Changes of this machine's wall clock do not affect it.
 */
export interface DatabaseClock {
  /** ms since 1970. */
  nowMs(): number;
  /**
   * @param databaseMs the time that Postgres told, in ms since 1970
   * @param askedAtMs,answeredAtMs when Postgres was asked and had answered, by performance.now()
   */
  set(databaseMs: number, askedAtMs: number, answeredAtMs: number): void;
}

export function createDatabaseClock(): DatabaseClock {
  let offsetMs: number | undefined;
  return {
    nowMs() {
      if (offsetMs === undefined) throw new Error('Postgres has not been asked for its time yet');
      return offsetMs + performance.now();
    },
    set(databaseMs, askedAtMs, answeredAtMs) {
      offsetMs = databaseMs - (askedAtMs + answeredAtMs) / 2;
    },
  };
}
