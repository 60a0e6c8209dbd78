import type { BULK_ACTIONS, BULK_KINDS, BulkFilter, SkipReason } from '@hookline/contracts';
import type { BulkCursor, BulkJobTable, Transaction } from '@hookline/db';

/** How many objects are left as they are, by the reason. */
export type Skips = Partial<Record<SkipReason, number>>;

/** What a bulk call is to do. */
export interface BulkTask {
  kind: (typeof BULK_KINDS)[number];
  action: (typeof BULK_ACTIONS)[number];
  /** Its days are replaced by times. */
  filter: BulkFilter;
  /** undefined: all tenants. */
  tenant: string | undefined;
  /** Later objects are not selected. */
  until: Date;
  /** The role and the key of the caller. */
  actor: string;
  reason: string | null;
}

/** The next objects of a task, in the order of its cursor. */
export interface BulkSlice {
  /** The objects that are to be changed. */
  ids: readonly string[];
  /** The objects that would be skipped. */
  skips: Skips;
  /** How many rows were read for it. */
  scanned: number;
  /** undefined: no row was read. */
  cursor: BulkCursor | undefined;
  isEnd: boolean;
  /**
   * Changes the objects, each only if it is still as it was selected.
   * @returns what was left as it is
   */
  change(): Promise<Skips>;
}

/** The most rows that are read for a slice. */
export interface SliceLimits {
  scan: number;
  /** The most objects that are selected. */
  take: number;
}

/** The bulk jobs of one service. */
export interface BulkJobs {
  table: BulkJobTable;
  nextId: () => string;
  /** Of the ids of the jobs. */
  idPrefix: string;
  /**
   * The next objects after a position. It is also what a dry run counts with.
   * @param task of a call of this service
   */
  select: (
    tx: Transaction,
    task: BulkTask,
    after: BulkCursor | undefined,
    limits: SliceLimits,
  ) => Promise<BulkSlice>;
  /** The most objects that one part changes. */
  partSize: (kind: BulkTask['kind']) => number;
}

export const countSkips = (skips: Skips): number => Object.values(skips).reduce((sum, n) => sum + n, 0);

export function addSkips(one: Skips, other: Skips): Skips {
  const sum: Skips = { ...one };
  for (const [reason, count] of Object.entries(other) as [SkipReason, number][])
    if (count > 0) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
