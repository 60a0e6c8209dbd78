/** Lets few look-ups run at the same time, and few wait. */
export interface FailureGate {
  /**
   * Waits for its turn, and looks up.
   * @returns undefined: too many wait already
   */
  run<Found>(lookUp: () => Promise<Found>): Promise<{ found: Found } | undefined>;
}

export interface FailureGateOptions {
  maxRunning: number;
  maxWaiting: number;
}

export function createFailureGate({ maxRunning, maxWaiting }: FailureGateOptions): FailureGate {
  let running = 0;
  const waiting: (() => void)[] = [];

  /** Hands its place to the first that waits. */
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }

  return {
    async run(lookUp) {
      if (running < maxRunning) running++;
      else if (waiting.length >= maxWaiting) return undefined;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return { found: await lookUp() };
      } finally {
        leave();
      }
    },
  };
}
