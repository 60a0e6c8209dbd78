/** What is known of a subject now. */
export type Sight =
  /** The condition holds. */
  | 'holds'
  /** It does not. */
  | 'clear'
  /** The subject was deleted or switched off, or the rule looks at it no more. */
  | 'gone'
  /** Nothing is known. */
  | 'unknown';

/** What becomes of the alert of a rule and a subject. `begin` makes an alert that is pending, `drop` removes one. */
export type Step = 'none' | 'begin' | 'keep' | 'drop' | 'fire' | 'clear' | 'recover' | 'end';

export interface OpenAlert {
  state: 'pending' | 'firing';
  /** ms since 1970, by the database's clock, like all times here. */
  sinceMs: number;
  /** Since when the condition has not held any more. */
  clearSinceMs: number | null;
  flapping: boolean;
}

export interface Damping {
  firesAfterSeconds: number;
  recoversAfterSeconds: number;
}

/** An alert that is flapping recovers when its condition has not held for so long. */
export const FLAPPING_SECONDS = 3_600;

/**
 * Decides what becomes of an alert. It fires when its condition has held for long enough, and recovers when its condition
 * has not held for long enough, so that a short change of either kind causes no message.
 */
export function nextStep(
  alert: OpenAlert | undefined,
  sight: Sight,
  { firesAfterSeconds, recoversAfterSeconds }: Damping,
  nowMs: number,
): Step {
  if (!alert) {
    if (sight !== 'holds') return 'none';
    return firesAfterSeconds === 0 ? 'fire' : 'begin';
  }
  if (sight === 'unknown') return 'none';
  if (alert.state === 'pending') {
    if (sight !== 'holds') return 'drop';
    return nowMs - alert.sinceMs >= firesAfterSeconds * 1_000 ? 'fire' : 'keep';
  }
  if (sight === 'gone') return 'end';
  if (sight === 'holds') return 'keep';
  const seconds = alert.flapping ? Math.max(FLAPPING_SECONDS, recoversAfterSeconds) : recoversAfterSeconds;
  if (seconds === 0) return 'recover';
  if (alert.clearSinceMs === null) return 'clear';
  return nowMs - alert.clearSinceMs >= seconds * 1_000 ? 'recover' : 'none';
}
