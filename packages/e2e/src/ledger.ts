import type { System } from './start-system.ts';

export interface Ledger {
  streamPending: number;
  events: number;
  duplicates: number;
  malformed: number;
  accepted: number;
  delivered: number;
  dead: number;
  open: number;
  unaccounted: number;
}

/** Waits until no delivery is open, and returns the ledger. */
export function waitUntilSettled(system: System, timeoutMs: number): Promise<Ledger> {
  return waitForLedger(system, timeoutMs, ({ streamPending, open }) => streamPending === 0 && open === 0);
}

/** Waits until delivery has stored every event of the stream or marked it unreadable, and returns the ledger. */
export function waitUntilFannedOut(system: System, timeoutMs: number): Promise<Ledger> {
  return waitForLedger(system, timeoutMs, ({ streamPending }) => streamPending === 0);
}

async function waitForLedger(
  system: System,
  timeoutMs: number,
  isReached: (ledger: Ledger) => boolean,
): Promise<Ledger> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const ledger = await system.call<Ledger>('GET', '/api/ledger');
      if (isReached(ledger)) return ledger;
      last = ledger;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(
    `not settled after ${timeoutMs / 1000} s: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
