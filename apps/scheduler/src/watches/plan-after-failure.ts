import { LASTING_FAULTS } from '../facts/lasting-faults.ts';
import type { TaskResult } from '../tasks/task.ts';

const LONGEST_RETRY_SECONDS = 3_600;
/** Failures that are not the watch's own: what is due is tried again soon. */
const EXCUSES: Readonly<Record<string, number>> = {
  writes_busy: 5,
  quota_exhausted: 300,
  connection_unavailable: 900,
  connection_not_available: 900,
};
/** Whether only a person can end a fault. */
export const isLasting = (code: string): boolean => LASTING_FAULTS.includes(code);

/**
 * When a watch that could not be made or renewed is tried again.
 * @param failures in a row, this one included
 */
export function planAfterFailure(code: string, failures: number): Pick<TaskResult, 'ended' | 'next'> {
  const excuse = Object.hasOwn(EXCUSES, code) ? EXCUSES[code] : undefined;
  if (excuse !== undefined) return { ended: 'excused', next: { at: 'soon', afterSeconds: excuse } };
  if (LASTING_FAULTS.includes(code)) return { ended: 'failed', next: { at: 'grid' } };
  return { ended: 'failed', next: { at: 'soon', afterSeconds: pauseAfterFailures(failures) } };
}

/** A minute after the first failure in a row, then twice as long each time, and an hour at most. */
export function pauseAfterFailures(failures: number): number {
  return Math.min(LONGEST_RETRY_SECONDS, 30 * 2 ** Math.min(failures, 10));
}
