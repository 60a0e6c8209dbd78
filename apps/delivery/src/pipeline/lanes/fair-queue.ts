/** A member of the queue: a lane with a delivery that can be sent now. */
export interface Waiter {
  tenantId: string;
  /** A tenant's responsive and unresponsive members stand in separate queues. */
  isResponsive: boolean;
}

export interface FairQueue<W extends Waiter> {
  /** Adds it at the end of its tenant's queue. A member that is queued already stays in its place. */
  add(waiter: W): void;
  remove(waiter: W): void;
  /**
   * Takes out the next member that may send; `add` enters it again.
   * @param mayGo asked at most twice for each tenant: for its responsive and for its unresponsive members
   */
  next(mayGo: (tenantId: string, isResponsive: boolean) => boolean): W | undefined;
}

interface TenantQueue<W> {
  tenantId: string;
  responsive: W[];
  unresponsive: W[];
  /** Which of the two queues is next. */
  responsiveNext: boolean;
}

/**
 * A fair queue: tenants take turns, and within a tenant its endpoints take turns. A tenant with a thousand endpoints
 * gets as many turns as a tenant with one endpoint, while both have something to send.
 *
 * A tenant's responsive and unresponsive endpoints have separate queues, which take turns: either may be held back
 * while the other goes on.
 */
export function createFairQueue<W extends Waiter>(): FairQueue<W> {
  const queues = new Map<string, TenantQueue<W>>();
  const order: TenantQueue<W>[] = [];
  const queued = new Set<W>();

  function takeFrom(
    queue: TenantQueue<W>,
    mayGo: (tenantId: string, isResponsive: boolean) => boolean,
  ): W | undefined {
    for (const isResponsive of [queue.responsiveNext, !queue.responsiveNext]) {
      const waiters = isResponsive ? queue.responsive : queue.unresponsive;
      if (waiters.length === 0 || !mayGo(queue.tenantId, isResponsive)) continue;
      queue.responsiveNext = !isResponsive;
      return waiters.shift();
    }
    return undefined;
  }

  return {
    add(waiter) {
      if (queued.has(waiter)) return;
      queued.add(waiter);
      let queue = queues.get(waiter.tenantId);
      if (!queue) {
        queue = { tenantId: waiter.tenantId, responsive: [], unresponsive: [], responsiveNext: true };
        queues.set(waiter.tenantId, queue);
        order.push(queue);
      }
      (waiter.isResponsive ? queue.responsive : queue.unresponsive).push(waiter);
    },
    remove(waiter) {
      if (!queued.delete(waiter)) return;
      const queue = queues.get(waiter.tenantId);
      if (!queue) return;
      for (const waiters of [queue.responsive, queue.unresponsive]) {
        const index = waiters.indexOf(waiter);
        if (index >= 0) waiters.splice(index, 1);
      }
    },
    next(mayGo) {
      for (let looked = order.length; looked > 0; looked--) {
        const queue = order.shift() as TenantQueue<W>;
        const waiter = takeFrom(queue, mayGo);
        if (queue.responsive.length + queue.unresponsive.length > 0) order.push(queue);
        else queues.delete(queue.tenantId);
        if (waiter) {
          queued.delete(waiter);
          return waiter;
        }
      }
      return undefined;
    },
  };
}
