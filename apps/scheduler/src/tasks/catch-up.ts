import { nextOnGrid } from './grid.ts';

/** What decides when a missed run is made up for. */
export interface MissedTask {
  readonly kind: string;
  readonly intervalSeconds: number;
  readonly stretch: number;
  readonly phase: number;
  readonly losesAfterSeconds: number | null;
  /** When it last ran, or was created; ms since 1970. */
  readonly lastRunMs: number;
}

/** Registrations come first: they may end. */
const URGENT_KINDS: ReadonlySet<string> = new Set(['watch', 'routes']);
const URGENT_MS = 300_000;
const LOSSY_MS = 1_800_000;

/**
 * When a task runs that missed its due time, because no replica ran or the provider did not answer. All its missed runs
 * become one. Usually that is its next due time, so that a long outage is followed by no burst. What may lose something
 * before then runs within half an hour, or longer while its quota is short, and a watch within five minutes, spread by
 * the phase.
 */
export function catchUpAt(task: MissedTask, nowMs: number): number {
  const intervalMs = task.intervalSeconds * task.stretch * 1_000;
  const next = nextOnGrid(nowMs, intervalMs, task.phase);
  const within = (ms: number) => Math.min(next, nowMs + Math.round(Math.min(ms, intervalMs) * task.phase));
  if (URGENT_KINDS.has(task.kind)) return within(URGENT_MS);
  const loses = task.losesAfterSeconds !== null && next - task.lastRunMs > task.losesAfterSeconds * 1_000;
  // A quota that is short has no room for all at once either.
  return loses ? within(LOSSY_MS * task.stretch) : next;
}
