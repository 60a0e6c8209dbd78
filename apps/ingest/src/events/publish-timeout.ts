/**
 * Reserve within a provider's deadline: for the journal's sync, the transfer of the answer, and an earlier start of
 * the provider's clock.
 */
const MARGIN = 0.2;
const MIN_MARGIN_MS = 500;

/**
 * How long to try JetStream while a provider waits for its answer, in ms.
 * @param deadlineMs time after which the provider gives up
 * @param maxMs the operator's limit
 */
export function publishTimeoutMs(deadlineMs: number, maxMs: number): number {
  const margin = Math.max(MIN_MARGIN_MS, deadlineMs * MARGIN);
  return Math.max(100, Math.min(maxMs, deadlineMs - margin));
}
