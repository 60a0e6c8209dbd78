import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Makes `<prefix>_<ULID>`, each greater than the one before, also within a millisecond and when the clock goes back. */
export type IdFactory = (timeMs: number) => string;

export function createIdFactory(prefix: string): IdFactory {
  const nextUlid = monotonicFactory(createRandom());
  return (timeMs) => `${prefix}_${nextUlid(timeMs)}`;
}

/** Numbers from 0 to below 1, from a pool: ULIDs ask 16 times each, and a system call for every digit is slow. */
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
