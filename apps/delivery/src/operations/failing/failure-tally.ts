export interface Failures {
  endpointId: string;
  failures: number;
  /** By performance.now(), as all times here: what replicas compare is counted back from the database's clock. */
  firstMs: number;
  lastMs: number;
}

export interface FailureTally {
  /** @param failed whether the attempt did not deliver */
  note(endpointId: string, failed: boolean, nowMs: number): void;
  /** Endpoints whose attempts since the last call, or since their last success, have all failed. */
  drainFailures(): Failures[];
  /** Puts back what could not be written. */
  putBack(failures: readonly Failures[]): void;
  /** Those that have had a success since the call before the last, and when. */
  drainSuccesses(): Map<string, number>;
}

/** What this replica has seen of endpoints since it last wrote it down. */
export function createFailureTally(): FailureTally {
  let failing = new Map<string, Failures>();
  // Two generations: a failure that another replica saw before our success may be written down after it.
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
