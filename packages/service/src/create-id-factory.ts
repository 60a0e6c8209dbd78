import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/**
 * Makes ids of the form `<prefix>_<ULID>`. Each id is greater than the one before, also within a millisecond and when the
 * clock goes back by up to a minute.
 * @param timeMs milliseconds since 1970, default now
 */
export type IdFactory = (timeMs?: number) => string;

/**
 * If the clock goes back further, its earlier time was wrong. That time must not stay in the ids, because delivery does
 * not read an event whose id is days ahead.
 */
const MAX_AHEAD_MS = 60_000;

export function createIdFactory(prefix: string): IdFactory {
  const random = createRandom();
  let nextUlid = monotonicFactory(random);
  let latestMs = 0;
  return (timeMs = Date.now()) => {
    if (latestMs - timeMs > MAX_AHEAD_MS) {
      nextUlid = monotonicFactory(random);
      latestMs = 0;
    }
    latestMs = Math.max(latestMs, timeMs);
    return `${prefix}_${nextUlid(timeMs)}`;
  };
}

/** Returns numbers from 0 to below 1 from a pool. A ULID asks for 16 of them, and a system call for each is slow. */
function createRandom(): () => number {
  const pool = Buffer.alloc(1024);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    return (pool[at++] as number) / 256;
  };
}
