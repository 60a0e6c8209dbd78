import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import type { Settled } from '../delivery/settled.ts';
import { signalOf } from './signal-of.ts';

/** The signal for the lane from the outcomes of a shipment. All sent deliveries of a batch have the same answer. */
export function signalOfShipment(settled: readonly Pick<Settled, 'outcome'>[]): LaneSignal {
  for (const { outcome } of settled) {
    const signal = signalOf(outcome);
    if (signal.condition !== 'not_sent') return signal;
  }
  return NOT_SENT;
}
