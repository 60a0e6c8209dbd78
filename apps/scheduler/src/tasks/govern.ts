/** The scheduled polls of a quota group. */
export interface GroupLoad {
  /** Units per second at the wanted intervals. */
  readonly unitsPerSecond: number;
  /** Units per window; null: unknown. */
  readonly capacity: number | null;
  readonly windowSeconds: number;
  /** By which intervals are multiplied now. */
  readonly stretch: number;
}

/** The share of a quota that scheduled polls may use; the rest is for calls on demand. */
export const SCHEDULED_SHARE = 0.8;
/**
 * The most of that share that the intervals are made to use. Polls do not come quite evenly, and a day may have 25 hours:
 * at a load of exactly the share, calls that find no room would pile up without end.
 */
const MAX_FILL = 0.9;
/** The fewer calls a window has room for, the less evenly they come. */
export const fillOf = (units: number) => Math.min(MAX_FILL, 1 - 1 / (1 + Math.sqrt(units)));
/** Intervals change in steps, so that due times do not move with every new connection. */
const STEP = 0.05;
const MAX_STRETCH = 1_000;

/**
 * By how much the intervals of a group are stretched, so that its polls use at most their share of the quota. While the
 * present number suffices and is less than two steps too large it stays.
 */
export function governStretch({ unitsPerSecond, capacity, windowSeconds, stretch }: GroupLoad): number {
  if (capacity === null) return 1;
  const units = Math.max(1, capacity * SCHEDULED_SHARE);
  const allowed = (units * fillOf(units)) / windowSeconds;
  const needed = unitsPerSecond / allowed;
  if (needed <= 1) return 1;
  if (stretch >= needed && stretch < needed + 2 * STEP) return stretch;
  return Math.min(MAX_STRETCH, Math.ceil(needed / STEP) * STEP);
}
