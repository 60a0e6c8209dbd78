import type { Outcome, Settled } from './outcome.ts';

/**
 * What has to do with a delivery that is sent before Postgres has it: its outcome is kept here until then. One that
 * comes in time is stored together with its delivery.
 */
export class UnstoredDelivery {
  #state: 'unstored' | 'stored' | 'given up' = 'unstored';
  #settled: Settled | undefined;
  readonly #onSettled: () => void;

  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
  }

  /** Its event is given back to JetStream: it is not to be sent. */
  get isGivenUp(): boolean {
    return this.#state === 'given up';
  }

  /** @param record where outcomes of stored deliveries go */
  settle(settled: Settled, record: (settled: readonly Settled[]) => Promise<void>): Promise<void> {
    if (this.#state === 'stored') return record([settled]);
    if (this.#state === 'unstored') {
      this.#settled = settled;
      this.#onSettled();
    }
    return Promise.resolve();
  }

  /** The outcome, if there is one that can be stored with the delivery itself: it succeeded, and that is all. */
  takeSuccess(): Outcome | undefined {
    const outcome = this.#settled?.outcome;
    if (outcome?.status !== 'success' || outcome.disableReason !== undefined) return undefined;
    this.#settled = undefined;
    return outcome;
  }

  /** @returns what came too late to be stored with it, or means more than a success */
  stored(): Settled | undefined {
    this.#state = 'stored';
    return this.#settled;
  }

  giveUp(): void {
    this.#state = 'given up';
    this.#settled = undefined;
  }
}

/** Outcomes of deliveries on their way to Postgres: each when its delivery is there. */
export function recordWhenStored(
  record: (settled: readonly Settled[]) => Promise<void>,
  settled: readonly Settled[],
): Promise<void> {
  const [first] = settled;
  // Fan-out sends each delivery by itself.
  return first?.delivery.unstored?.settle(first, record) ?? record(settled);
}
