/** What holds deliveries that could go now. */
export interface Waiter {
  tenantId: string;
  /** Those that move and those that do not stand in lines of their own. */
  moves: boolean;
}

export interface Turns<W extends Waiter> {
  /** To the end of its tenant's line; once only. */
  add(waiter: W): void;
  remove(waiter: W): void;
  /**
   * The next that may go, taken out; it is put back with `add`.
   * @param mayGo asked at most twice for each tenant, for those that move and for the others
   */
  next(mayGo: (tenantId: string, moves: boolean) => boolean): W | undefined;
}

interface Line<W> {
  tenantId: string;
  moving: W[];
  others: W[];
  /** Whose turn it is. */
  movingNext: boolean;
}

/**
 * Whose turn it is: tenants one after the other, then a tenant's endpoints one after the other. So a tenant with a
 * thousand endpoints gets as many turns as one with a single endpoint, while both have something to send.
 *
 * A tenant's endpoints stand in two lines, those that move and the others, because one line may be held back while
 * the other goes on; else the two take turns.
 */
export function createTurns<W extends Waiter>(): Turns<W> {
  const lines = new Map<string, Line<W>>();
  const order: Line<W>[] = [];
  const queued = new Set<W>();

  function takeFrom(line: Line<W>, mayGo: (tenantId: string, moves: boolean) => boolean): W | undefined {
    for (const moves of [line.movingNext, !line.movingNext]) {
      const waiters = moves ? line.moving : line.others;
      if (waiters.length === 0 || !mayGo(line.tenantId, moves)) continue;
      line.movingNext = !moves;
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
        line = { tenantId: waiter.tenantId, moving: [], others: [], movingNext: true };
        lines.set(waiter.tenantId, line);
        order.push(line);
      }
      (waiter.moves ? line.moving : line.others).push(waiter);
    },
    remove(waiter) {
      if (!queued.delete(waiter)) return;
      const line = lines.get(waiter.tenantId);
      if (!line) return;
      for (const waiters of [line.moving, line.others]) {
        const index = waiters.indexOf(waiter);
        if (index >= 0) waiters.splice(index, 1);
      }
    },
    next(mayGo) {
      for (let looked = order.length; looked > 0; looked--) {
        const line = order.shift() as Line<W>;
        const waiter = takeFrom(line, mayGo);
        if (line.moving.length + line.others.length > 0) order.push(line);
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
