/**
 * The database's clock, which all replicas share, as it is known here: what Postgres said it was, and the monotonic time
 * that has passed since. A wall clock of this machine that is set back or forth changes nothing of it.
 */
export interface DatabaseClock {
  /** ms since 1970. */
  nowMs(): number;
  /**
   * @param databaseMs what Postgres said, in ms since 1970
   * @param askedAtMs,answeredAtMs by performance.now(): it said so in between
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
