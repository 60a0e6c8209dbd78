import type { Settled } from './settled.ts';

/** Records outcomes. The outcome of an unstored delivery is recorded once its delivery is stored. */
export function recordWhenStored(
  record: (settled: readonly Settled[]) => Promise<void>,
  settled: readonly Settled[],
): Promise<void> {
  const [first] = settled;
  // Fan-out sends each delivery by itself.
  return first?.delivery.unstored?.settle(first.outcome, () => record([first])) ?? record(settled);
}
