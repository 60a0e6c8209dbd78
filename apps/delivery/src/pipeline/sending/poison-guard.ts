import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { failWith } from '../delivery/attempt-errors.ts';
import type { Settled } from '../delivery/settled.ts';
import type { Shipment } from '../delivery/shipment.ts';
import { failedOutcome, requeuedOutcome } from './attempt-delivery.ts';
import { countClaim } from './count-claim.ts';

export interface PoisonGuard {
  /** Tries a suspect when no other one is being tried. Never rejects, if `attempt` does not. */
  attemptAlone(shipment: Shipment, attempt: () => Promise<Settled[]>): Promise<Settled[]>;
}

/** Whatever ends a process does so within this time; a receiver that takes longer holds up no other suspect. */
const ALONE_MS = 5_000;

/**
 * Deliveries that were claimed again and again without an outcome, because the process that had them ended each time. Most
 * of them were only there when it happened. So they are tried one at a time, each counted just before: the one that ends
 * the process is the one that is counted, and after enough times it is dead.
 *
 * @param maxClaims how often a delivery is taken up without an outcome
 */
export function createPoisonGuard(database: Database, logger: Logger, maxClaims: number): PoisonGuard {
  let last: Promise<unknown> = Promise.resolve();

  async function attemptCounted(
    { deliveries: [delivery] }: Shipment,
    attempt: () => Promise<Settled[]>,
  ): Promise<Settled[]> {
    let claims: number | undefined;
    try {
      claims = await countClaim(database, delivery);
    } catch (error) {
      logger.warn({ err: error, eventId: delivery.eventId }, 'a suspect could not be counted; it waits');
      return [{ delivery, outcome: requeuedOutcome(delivery) }];
    }
    if (claims === undefined) return [];
    const about = { eventId: delivery.eventId, webhookId: delivery.endpointId, claims };
    if (claims <= maxClaims) {
      logger.warn(about, 'a delivery that got no outcome before is tried apart from others');
      return await attempt();
    }
    logger.error(about, 'a delivery is given up: each time it was taken up, the process ended');
    const message = `It was taken up ${maxClaims} times, and the process that had it ended each time before an attempt could be recorded`;
    return [{ delivery, outcome: failedOutcome(delivery, failWith('attempts_lost', message)) }];
  }

  return {
    async attemptAlone(shipment, attempt) {
      const turn = last;
      let timer: NodeJS.Timeout | undefined;
      let end = () => {};
      last = new Promise<void>((resolve) => {
        end = resolve;
      });
      await turn;
      timer = setTimeout(end, ALONE_MS);
      try {
        return await attemptCounted(shipment, attempt);
      } finally {
        clearTimeout(timer);
        end();
      }
    },
  };
}
