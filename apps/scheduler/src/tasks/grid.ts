import { createHash } from 'node:crypto';

/** From 0 to below 1, the same for the same text: a hash. */
export function phaseOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Where in each interval a task is due, from 0 to below 1. By multiples of the golden ratio the tasks of an application
 * with the same kind and name are spread evenly, whenever their connections were made and however many there are: in each
 * minute about the same number is due. By a hash of each task the fullest minute of a week has twice the usual number.
 * @param number how many tasks the series had before
 */
export function phaseOfTask(
  { appId, kind, name }: { readonly appId: string; readonly kind: string; readonly name: string },
  number: number,
): number {
  return (phaseOf(`${appId} ${kind} ${name}`) + number * GOLDEN_RATIO) % 1;
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
