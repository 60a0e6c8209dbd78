import { createHash } from 'node:crypto';

/**
 * Where in each interval a task is due, from 0 to below 1: a hash of its id, so that tasks spread evenly, whenever their
 * connections were made.
 */
export function phaseOf(taskId: string): number {
  return createHash('sha256').update(taskId).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * The first due time after a moment. The due times of an interval and a phase are always the same, so that a run that is
 * late, a restart and a missed run move none of them.
 * @param phase 0 (inclusive) to 1 (exclusive)
 */
export function nextOnGrid(afterMs: number, intervalMs: number, phase: number): number {
  const next = Math.ceil((Math.floor(afterMs / intervalMs - phase) + 1 + phase) * intervalMs);
  // Rounding may hit the moment itself.
  return next > afterMs ? next : next + intervalMs;
}
