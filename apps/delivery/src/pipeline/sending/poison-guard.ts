import { countNouns } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { failWith } from '../delivery/attempt-errors.ts';
import type { Settled } from '../delivery/settled.ts';
import type { Shipment } from '../delivery/shipment.ts';
import { failedOutcome, requeuedOutcome } from './attempt-delivery.ts';
import { countClaim } from './count-claim.ts';

export interface PoisonGuard {
  /** Makes the attempt when no other suspect is being attempted. Rejects only if `attempt` does. */
  attemptAlone(shipment: Shipment, attempt: () => Promise<Settled[]>): Promise<Settled[]>;
}

/** A poisonous delivery ends the process within this time. A slower attempt holds up no other suspect. */
const ALONE_MS = 5_000;

/**
 * Finds the delivery that ends the process (a poison message) among those that were claimed several times without an
 * outcome. Most of these were only in memory when the process ended. So they are attempted one at a time, and the claim
 * of each is counted just before: only the poisonous one is counted again and again, and gives up in the end.
 *
 * @param maxClaims how many times a delivery may be claimed without an outcome
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
      logger.warn(
        { err: error, eventId: delivery.eventId },
        'the claim of a possibly poisonous delivery could not be counted; the delivery waits',
      );
      return [{ delivery, outcome: requeuedOutcome(delivery) }];
    }
    if (claims === undefined) return [];
    const about = { eventId: delivery.eventId, webhookId: delivery.endpointId, claims };
    if (claims <= maxClaims) {
      logger.warn(about, 'a delivery without an outcome from earlier claims is attempted alone');
      return await attempt();
    }
    logger.error(about, 'a delivery gives up: the process ended after each of its claims');
    const message = `The delivery was claimed ${countNouns(maxClaims, 'time')}, and each time the process ended before an attempt was recorded`;
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
