import type { SliceLimits } from './bulk-jobs.ts';

/**
 * Where a slice ends that reads `scan` rows at most, in the order of their keys, and takes the first `take` that match.
 * @param taken the keys of the rows that match
 * @param read how many rows were read, and the key of the last one; null: none was
 * @returns the key from which the next slice goes on; undefined: no row was read
 */
export function endOfSlice<Key>(
  taken: readonly Key[],
  read: { scanned: number; last: Key | null },
  { scan, take }: SliceLimits,
): { last: Key | undefined; isEnd: boolean } {
  const isFull = taken.length === take;
  return {
    last: (isFull ? taken.at(-1) : read.last) ?? undefined,
    isEnd: !isFull && read.scanned < scan,
  };
}
