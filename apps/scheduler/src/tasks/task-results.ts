import type { TaskResult } from './task.ts';

/** Nothing was to be done, or it could not be done for another's reason; the task goes on at its grid. */
export const excused = (outcome: string): TaskResult => ({ outcome, ended: 'excused', next: { at: 'grid' } });

/** The task rests until it is resumed. */
export const rests = (reason: string, outcome = reason): TaskResult => ({
  outcome,
  ended: 'excused',
  next: { at: 'paused', reason },
});
