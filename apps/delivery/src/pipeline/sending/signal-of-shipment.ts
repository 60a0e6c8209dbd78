import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import type { Settled } from '../delivery/settled.ts';
import { signalOf } from './signal-of.ts';

/** What came of a shipment says about its receiver. Of a batch, all that were sent have the same answer. */
export function signalOfShipment(settled: readonly Pick<Settled, 'outcome'>[]): LaneSignal {
  for (const { outcome } of settled) {
    const signal = signalOf(outcome);
    if (signal.condition !== 'not_sent') return signal;
  }
  return NOT_SENT;
}
