import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@hookline/db';
import { takeWriteSlot } from '../sql/take-write-slot.ts';

/** Keeps a distance between requests that change something at a provider, for each account and over all replicas. */
export interface WritePacer {
  /**
   * Resolves when the next such request of the account may be made.
   * @throws WritesBusyError if that would take too long
   */
  wait(account: string, gapSeconds: number | undefined, signal: AbortSignal): Promise<void>;
}

/** Other requests of the account wait already: try again later. */
export class WritesBusyError extends Error {
  override readonly name = 'WritesBusyError';
  readonly code = 'writes_busy';

  constructor(account: string) {
    super(`other changes of ${account} wait already`);
  }
}

/** A run that waits longer would keep the place of other work. */
const MAX_WAIT_SECONDS = 5;

export function createWritePacer(database: Database): WritePacer {
  return {
    async wait(account, gapSeconds, signal) {
      if (gapSeconds === undefined) return;
      const waitSeconds = await takeWriteSlot(database, account, gapSeconds, MAX_WAIT_SECONDS);
      if (waitSeconds === undefined) throw new WritesBusyError(account);
      if (waitSeconds > 0) await delay(waitSeconds * 1_000, undefined, { signal });
    },
  };
}
