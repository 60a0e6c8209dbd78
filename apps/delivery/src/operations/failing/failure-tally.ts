export interface Failures {
  endpointId: string;
  failures: number;
  /** By performance.now(), like all times here. Postgres gets ages, and counts them back from its own clock. */
  firstMs: number;
  lastMs: number;
}

export interface FailureTally {
  /** @param failed whether the attempt failed to deliver */
  note(endpointId: string, failed: boolean, nowMs: number): void;
  /** Takes the failures of endpoints since the last call, or since the last success of the endpoint. */
  drainFailures(): Failures[];
  /** Puts back failures that could not be written. */
  putBack(failures: readonly Failures[]): void;
  /** The endpoints that had a success since the call before the last one, with the time of the success. */
  drainSuccesses(): Map<string, number>;
}

/** Counts the failures and successes of endpoints that this replica has not written to Postgres yet. */
export function createFailureTally(): FailureTally {
  let failing = new Map<string, Failures>();
  // A success is reported twice: another replica may write an earlier failure after the first report.
  let successes = new Map<string, number>();
  let successesBefore = new Map<string, number>();

  function add(seen: Failures): void {
    const known = failing.get(seen.endpointId);
    if (!known) {
      failing.set(seen.endpointId, seen);
      return;
    }
    known.failures += seen.failures;
    known.firstMs = Math.min(known.firstMs, seen.firstMs);
    known.lastMs = Math.max(known.lastMs, seen.lastMs);
  }

  return {
    note(endpointId, failed, nowMs) {
      if (failed) {
        add({ endpointId, failures: 1, firstMs: nowMs, lastMs: nowMs });
        return;
      }
      failing.delete(endpointId);
      successes.set(endpointId, nowMs);
    },
    drainFailures() {
      const taken = [...failing.values()];
      failing = new Map();
      return taken;
    },
    putBack(failures) {
      for (const each of failures) {
        if ((successes.get(each.endpointId) ?? 0) < each.firstMs) add(each);
      }
    },
    drainSuccesses() {
      const taken = new Map([...successesBefore, ...successes]);
      successesBefore = successes;
      successes = new Map();
      return taken;
    },
  };
}
