/** What holds deliveries that could go now. */
export interface Waiter {
  tenantId: string;
  /** Of `true` and `false` the two take turns within a tenant. */
  fast: boolean;
}

export interface Turns<W extends Waiter> {
  /** To the end of its tenant's line; once only. */
  add(waiter: W): void;
  remove(waiter: W): void;
  /**
   * The next that may go, taken out; it is put back with `add`.
   * @param mayGo asked at most twice for each tenant, for its fast ones and for the others
   */
  next(mayGo: (tenantId: string, fast: boolean) => boolean): W | undefined;
}

interface Line<W> {
  tenantId: string;
  fast: W[];
  others: W[];
  /** Whose turn it is. */
  fastNext: boolean;
}

/**
 * Whose turn it is: tenants one after the other, then a tenant's endpoints one after the other. So a tenant with a
 * thousand endpoints gets as many turns as one with a single endpoint, while both have something to send.
 *
 * A tenant's endpoints stand in two lines, the fast ones and the others, because one line may be held back while the
 * other goes on.
 */
export function createTurns<W extends Waiter>(): Turns<W> {
  const lines = new Map<string, Line<W>>();
  const order: Line<W>[] = [];
  const queued = new Set<W>();

  function takeFrom(line: Line<W>, mayGo: (tenantId: string, fast: boolean) => boolean): W | undefined {
    for (const fast of [line.fastNext, !line.fastNext]) {
      const waiters = fast ? line.fast : line.others;
      if (waiters.length === 0 || !mayGo(line.tenantId, fast)) continue;
      line.fastNext = !fast;
      return waiters.shift();
    }
    return undefined;
  }

  return {
    add(waiter) {
      if (queued.has(waiter)) return;
      queued.add(waiter);
      let line = lines.get(waiter.tenantId);
      if (!line) {
        line = { tenantId: waiter.tenantId, fast: [], others: [], fastNext: true };
        lines.set(waiter.tenantId, line);
        order.push(line);
      }
      (waiter.fast ? line.fast : line.others).push(waiter);
    },
    remove(waiter) {
      if (!queued.delete(waiter)) return;
      const line = lines.get(waiter.tenantId);
      if (!line) return;
      for (const waiters of [line.fast, line.others]) {
        const index = waiters.indexOf(waiter);
        if (index >= 0) waiters.splice(index, 1);
      }
    },
    next(mayGo) {
      for (let looked = order.length; looked > 0; looked--) {
        const line = order.shift() as Line<W>;
        const waiter = takeFrom(line, mayGo);
        if (line.fast.length + line.others.length > 0) order.push(line);
        else lines.delete(line.tenantId);
        if (waiter) {
          queued.delete(waiter);
          return waiter;
        }
      }
      return undefined;
    },
  };
}
