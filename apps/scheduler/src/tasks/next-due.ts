import { catchUpAt, type MissedTask } from './catch-up.ts';
import { nextOnGrid } from './grid.ts';
import type { NextRun } from './task.ts';

/** The share of the interval within which tasks come back that have waited for the same thing. */
const SPREAD_SHARE = 0.1;
const LEAST_SPREAD_SHARE = 0.01;

/** The due time of the next run, in ms since 1970. */
export function nextDueMs(task: MissedTask, next: NextRun, nowMs: number): number {
  const intervalMs = task.intervalSeconds * task.stretch * 1_000;
  const onGrid = nextOnGrid(nowMs, intervalMs, task.phase);
  switch (next.at) {
    case 'grid':
      return nextOnGrid(nowMs + (next.notBeforeSeconds ?? 0) * 1_000, intervalMs, task.phase);
    case 'soon': {
      const spreadMs = next.spread ? spreadOf(task, intervalMs, nowMs) : 0;
      return Math.min(onGrid, nowMs + next.afterSeconds * 1_000 + spreadMs);
    }
    case 'later':
      return Math.max(onGrid, nowMs + next.afterSeconds * 1_000);
    case 'catch-up':
      return catchUpAt(task, nowMs);
    case 'paused':
      return onGrid;
  }
}

/** A task that has waited longer than its interval comes back earlier than the others, and so gets its turn. */
function spreadOf({ phase, lastRunMs }: MissedTask, intervalMs: number, nowMs: number): number {
  const overdueMs = Math.max(0, nowMs - lastRunMs - intervalMs);
  return phase * Math.max(intervalMs * LEAST_SPREAD_SHARE, intervalMs * SPREAD_SHARE - overdueMs);
}

const FIRST_RETRY_SECONDS = 60;
const MAX_RETRY_SECONDS = 3_600;

/** How long after a failure the next try is: twice as long each time. The next due time may come earlier. */
export function retrySeconds(failures: number): number {
  return Math.min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(failures, 10));
}
