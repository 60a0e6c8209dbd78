import { catchUpAt, type MissedTask } from './catch-up.ts';
import { nextOnGrid } from './grid.ts';
import type { NextRun } from './task.ts';

/** The due time of the next run, in ms since 1970. */
export function nextDueMs(task: MissedTask, next: NextRun, nowMs: number): number {
  const intervalMs = task.intervalSeconds * task.stretch * 1_000;
  const onGrid = nextOnGrid(nowMs, intervalMs, task.phase);
  switch (next.at) {
    case 'grid':
      return nextOnGrid(nowMs + (next.notBeforeSeconds ?? 0) * 1_000, intervalMs, task.phase);
    case 'soon':
      return Math.min(onGrid, nowMs + next.afterSeconds * 1_000);
    case 'later':
      return Math.max(onGrid, nowMs + next.afterSeconds * 1_000);
    case 'catch-up':
      return catchUpAt(task, nowMs);
    case 'paused':
      return onGrid;
  }
}

const FIRST_RETRY_SECONDS = 60;
const MAX_RETRY_SECONDS = 3_600;

/** How long after a failure the next try is: twice as long each time. The next due time may come earlier. */
export function retrySeconds(failures: number): number {
  return Math.min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(failures, 10));
}
