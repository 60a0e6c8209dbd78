/** An upper bound for a busy machine: a passing test never waits this long. */
const WAIT_MS = 60_000;

/** Wakes those who wait for a condition, each time that something has arrived. */
export class Arrivals {
  readonly #waiters = new Set<() => void>();

  arrived(): void {
    for (const wake of this.#waiters) wake();
  }

  /** @param what named in the error if the condition is not met in time */
  until(isDone: () => boolean, what: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        if (!isDone()) return;
        finish();
        resolve();
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`waited ${WAIT_MS / 1_000} s in vain for ${what()}`));
      }, WAIT_MS);
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
      };
      this.#waiters.add(wake);
      wake();
    });
  }
}
