import { createDatabaseClock, type Database } from '@hookline/db';
import type { Logger } from './logger.ts';
import { createLoopWorker } from './loop-worker.ts';
import type { Worker } from './worker.ts';

/** The time at which an event is received or made, for its id and its times. */
export interface ReceiptClock extends Worker {
  /** ms since 1970. */
  nowMs(): number;
  /** Asks the database for its time now; the worker asks every ten seconds. If Postgres does not answer, nothing changes. */
  ask(): Promise<void>;
  /** What is wrong with the clock of this machine; undefined: nothing. */
  readonly problem: string | undefined;
}

const ASK_INTERVAL_MS = 10_000;
/** More than the difference between machines that use NTP. */
const MAX_DIFFERENCE_MS = 60_000;

/**
 * The clock of this machine while it agrees with the database's clock; otherwise the database's clock. Delivery uses the
 * database's clock for partitions, and does not read an event whose id is days ahead.
 */
export function createReceiptClock(database: Database, logger: Logger): ReceiptClock {
  const clock = createDatabaseClock();
  let isKnown = false;
  let isWrong = false;
  /** While Postgres is away, the database's last time is continued by the monotonic clock. */
  async function ask(): Promise<void> {
    const askedAtMs = performance.now();
    const said = await database
      .system<{ nowMs: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"')
      .catch(() => undefined);
    const nowMs = said?.rows[0]?.nowMs;
    if (nowMs === undefined) return;
    clock.set(nowMs, askedAtMs, performance.now());
    isKnown = true;
  }

  function differenceMs(): number {
    return isKnown ? Date.now() - clock.nowMs() : 0;
  }

  function describe(ms: number): string {
    const seconds = Math.round(Math.abs(ms) / 1_000);
    return `the clock of this machine is ${seconds} s ${ms > 0 ? 'ahead of' : 'behind'} the database's: events get the database's time, and signatures with a timestamp may be refused; set the clock`;
  }

  const { name, run } = createLoopWorker({
    name: 'receipt clock',
    async work() {
      await ask();
      return ASK_INTERVAL_MS;
    },
    onError: (error) => logger.error({ err: error }, "could not read the database's clock; trying again"),
    pauseAfterErrorMs: ASK_INTERVAL_MS,
  });
  return {
    name,
    run,
    ask,
    nowMs() {
      const difference = differenceMs();
      const wasWrong = isWrong;
      isWrong = Math.abs(difference) > MAX_DIFFERENCE_MS;
      if (!isWrong) return Date.now();
      if (!wasWrong)
        logger.error({ differenceMs: Math.round(difference), problem: describe(difference) }, 'clock.wrong');
      return Math.round(clock.nowMs());
    },
    get problem() {
      const difference = differenceMs();
      return Math.abs(difference) > MAX_DIFFERENCE_MS ? describe(difference) : undefined;
    },
  };
}
