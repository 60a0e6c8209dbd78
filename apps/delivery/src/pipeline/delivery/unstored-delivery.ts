import type { Outcome } from './outcome.ts';

/**
 * The state of a delivery that is sent before it is stored in Postgres. It keeps the outcome until the delivery is stored.
 * An outcome that arrives in time is stored together with its delivery.
 */
export class UnstoredDelivery {
  #state: 'unstored' | 'stored' | 'given up' = 'unstored';
  #outcome: Outcome | undefined;
  readonly #onSettled: () => void;

  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
  }

  /** Its event was returned to JetStream, so it must not be sent. */
  get isGivenUp(): boolean {
    return this.#state === 'given up';
  }

  /** @param record records the outcome of a stored delivery */
  settle(outcome: Outcome, record: () => Promise<void>): Promise<void> {
    if (this.#state === 'stored') return record();
    if (this.#state === 'unstored') {
      this.#outcome = outcome;
      this.#onSettled();
    }
    return Promise.resolve();
  }

  /** The outcome, if it can be stored together with the delivery: a success without any other effect. */
  takeSuccess(): Outcome | undefined {
    const outcome = this.#outcome;
    if (outcome?.status !== 'success' || outcome.disableReason !== undefined) return undefined;
    this.#outcome = undefined;
    return outcome;
  }

  /** @returns the outcome that was not stored with the delivery: it arrived too late, or is more than a success */
  stored(): Outcome | undefined {
    this.#state = 'stored';
    return this.#outcome;
  }

  giveUp(): void {
    this.#state = 'given up';
    this.#outcome = undefined;
  }
}
