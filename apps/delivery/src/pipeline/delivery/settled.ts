import type { DueDelivery } from './due-delivery.ts';
import type { Outcome } from './outcome.ts';

/** A delivery of a shipment with its outcome. */
export interface Settled {
  delivery: DueDelivery;
  outcome: Outcome;
}
