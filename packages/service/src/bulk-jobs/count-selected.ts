import { MAX_BULK_COUNT } from '@hookline/contracts';
import { type BulkCursor, planByKey, type Transaction } from '@hookline/db';
import { addSkips, type BulkJobs, type BulkTask, countSkips, type Skips } from './bulk-jobs.ts';

export interface SelectedCount {
  /** Selected objects, those that would be skipped included. */
  total: number;
  /** false: counting stopped at its limit, and `total` is a lower bound. */
  exact: boolean;
  skips: Skips;
  /** The first objects that would be changed. */
  sample: string[];
}

const SLICE = 2_000;
const SAMPLE = 10;

/** Counts what a task selects, slice by slice as the worker goes through it. It reads MAX_BULK_COUNT rows at most. */
export async function countSelected(
  tx: Transaction,
  { select }: Pick<BulkJobs, 'select'>,
  task: BulkTask,
): Promise<SelectedCount> {
  await planByKey(tx);
  let [chosen, scanned, exact] = [0, 0, false];
  let skips: Skips = {};
  const sample: string[] = [];
  for (let cursor: BulkCursor | undefined; !exact && scanned < MAX_BULK_COUNT; ) {
    const slice = await select(tx, task, cursor, { scan: SLICE, take: SLICE });
    chosen += slice.ids.length;
    skips = addSkips(skips, slice.skips);
    sample.push(...slice.ids.slice(0, SAMPLE - sample.length));
    scanned += slice.scanned;
    exact = slice.isEnd;
    cursor = slice.cursor ?? cursor;
  }
  return { total: chosen + countSkips(skips), exact, skips, sample };
}
