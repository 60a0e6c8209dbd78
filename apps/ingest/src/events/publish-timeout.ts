/** Kept back of a provider's deadline: for the journal's sync, the answer's way, and a clock that started earlier. */
const MARGIN = 0.2;
const MIN_MARGIN_MS = 500;

/**
 * How long JetStream is tried while a provider waits for its answer, in ms.
 * @param deadlineMs after which the provider gives up
 * @param maxMs the operator's bound
 */
export function publishTimeoutMs(deadlineMs: number, maxMs: number): number {
  const margin = Math.max(MIN_MARGIN_MS, deadlineMs * MARGIN);
  return Math.max(100, Math.min(maxMs, deadlineMs - margin));
}
