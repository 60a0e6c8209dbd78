import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type HeldTask, renewTaskLeases } from '../sql/renew-task-leases.ts';

/** This replica's right to run a task. */
export interface TaskLease {
  /** Aborts when another replica may have the task. */
  readonly lost: AbortSignal;
  /** @throws the reason of `lost`: a process that was stopped may not have seen yet that the lease has run out */
  assertHeld(): void;
  /** The run has ended. */
  end(): void;
}

/** The leases of the tasks that this replica is running. They are renewed together, for as long as there is one. */
export interface TaskLeases {
  /** @param claimedAtMs before the claim was asked for, by the monotonic clock */
  hold(task: HeldTask, claimedAtMs: number): TaskLease;
}

interface Held extends HeldTask {
  readonly lost: AbortController;
  untilMs: number;
}

export function createTaskLeases(parts: {
  database: Database;
  logger: Logger;
  /** A lease that is not renewed runs out after this time. It is renewed three times as often. */
  leaseMs: number;
}): TaskLeases {
  const { database, logger, leaseMs } = parts;
  const held = new Set<Held>();
  let timer: NodeJS.Timeout | undefined;

  const lose = ({ lost }: Held, why: string) => lost.abort(new Error(why));
  const loseIfOver = (lease: Held) => {
    if (performance.now() >= lease.untilMs) lose(lease, 'the lease of the task has run out');
  };

  async function renew(): Promise<void> {
    for (const lease of held) loseIfOver(lease);
    const asked = [...held].filter(({ lost }) => !lost.signal.aborted);
    if (asked.length === 0) return;
    const askedAtMs = performance.now();
    const renewed = new Set((await renewTaskLeases(database, asked, leaseMs / 1_000)).map(keyOf));
    for (const lease of asked) {
      if (renewed.has(keyOf(lease))) lease.untilMs = askedAtMs + leaseMs;
      else lose(lease, 'another replica has the task, or it was removed');
    }
  }

  function startTimer(): void {
    timer ??= setInterval(() => {
      renew().catch((error: unknown) =>
        logger.warn({ err: error }, 'the leases of tasks could not be renewed; trying again'),
      );
    }, leaseMs / 3);
  }

  return {
    hold({ id, leaseId }, claimedAtMs) {
      const lease: Held = { id, leaseId, lost: new AbortController(), untilMs: claimedAtMs + leaseMs };
      held.add(lease);
      startTimer();
      return {
        lost: lease.lost.signal,
        assertHeld() {
          loseIfOver(lease);
          lease.lost.signal.throwIfAborted();
        },
        end() {
          held.delete(lease);
          if (held.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
  };
}

const keyOf = ({ id, leaseId }: HeldTask) => `${id} ${leaseId}`;
