import type { Logger } from '@hookline/service';

/** This replica's right to do what it has claimed. */
export interface Lease {
  /** Aborts when another replica may have it. */
  readonly lost: AbortSignal;
  /** @throws the reason of `lost`: a process that was stopped may not have seen yet that the lease has run out */
  assertHeld(): void;
  /** The work has ended. */
  end(): void;
}

/** The leases of what this replica is working on. They are renewed together, for as long as there is one. */
export interface Leases<Claim> {
  /** @param claimedAtMs before the claim was asked for, by the monotonic clock */
  hold(claim: Claim, claimedAtMs: number): Lease;
}

interface Held<Claim> {
  readonly claim: Claim;
  readonly lost: AbortController;
  untilMs: number;
}

export function createLeases<Claim>(parts: {
  /** What is claimed, in words: "task". */
  noun: string;
  keyOf: (claim: Claim) => string;
  /** Prolongs leases by `leaseMs` from now. @returns those that this replica still has */
  renew: (claims: readonly Claim[]) => Promise<readonly Claim[]>;
  logger: Logger;
  /** A lease that is not renewed runs out after this time. It is renewed three times as often. */
  leaseMs: number;
}): Leases<Claim> {
  const { noun, keyOf, logger, leaseMs } = parts;
  const held = new Set<Held<Claim>>();
  let timer: NodeJS.Timeout | undefined;

  const lose = ({ lost }: Held<Claim>, why: string) => lost.abort(new Error(why));
  const loseIfOver = (lease: Held<Claim>) => {
    if (performance.now() >= lease.untilMs) lose(lease, `the lease of the ${noun} has run out`);
  };

  async function renew(): Promise<void> {
    for (const lease of held) loseIfOver(lease);
    const asked = [...held].filter(({ lost }) => !lost.signal.aborted);
    if (asked.length === 0) return;
    const askedAtMs = performance.now();
    const renewed = new Set((await parts.renew(asked.map(({ claim }) => claim))).map(keyOf));
    for (const lease of asked) {
      if (renewed.has(keyOf(lease.claim))) lease.untilMs = askedAtMs + leaseMs;
      else lose(lease, `another replica has the ${noun}, or it was removed`);
    }
  }

  function startTimer(): void {
    timer ??= setInterval(() => {
      renew().catch((error: unknown) =>
        logger.warn({ err: error }, `leases of the kind "${noun}" could not be renewed; trying again`),
      );
    }, leaseMs / 3);
  }

  return {
    hold(claim, claimedAtMs) {
      const lease: Held<Claim> = { claim, lost: new AbortController(), untilMs: claimedAtMs + leaseMs };
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
