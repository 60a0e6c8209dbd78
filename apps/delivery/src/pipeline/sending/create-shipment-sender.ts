import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { DeliveryMetrics } from '../../metrics.ts';
import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import { recordWhenStored } from '../delivery/record-when-stored.ts';
import type { Settled } from '../delivery/settled.ts';
import type { Shipment } from '../delivery/shipment.ts';
import type { OutcomeRecorder } from '../outcomes/outcome-recorder.ts';
import { type AttemptContext, attemptShipment } from './attempt-delivery.ts';
import { createAttemptLog } from './attempt-log.ts';
import { createPoisonGuard } from './poison-guard.ts';
import { signalOfShipment } from './signal-of-shipment.ts';

export interface ShipmentSenderOptions {
  database: Database;
  logger: Logger;
  attempts: AttemptContext;
  recorder: Pick<OutcomeRecorder, 'recordAll'>;
  metrics: DeliveryMetrics;
  /** How many times a delivery may be claimed without an outcome. */
  maxClaims: number;
  /** Called after an attempt, with the outcome of each delivery. */
  onAttempted: (endpointId: string, settled: readonly Settled[]) => void;
}

/**
 * Attempts a shipment, hands its outcomes to be recorded, and tells its lane how it went. Resolves when the outcomes have
 * been taken over. Never rejects.
 */
export function createShipmentSender(
  options: ShipmentSenderOptions,
): (shipment: Shipment) => Promise<LaneSignal> {
  const { database, logger, attempts, recorder, metrics, onAttempted } = options;
  const poisonGuard = createPoisonGuard(database, logger, options.maxClaims);
  const logAttempt = createAttemptLog(logger, attempts.getEndpoint);

  /** Never throws. */
  function report({ endpointId }: Shipment, settled: readonly Settled[]): LaneSignal {
    try {
      for (const each of settled) {
        metrics.attempted(each.outcome, each.delivery);
        logAttempt(each);
      }
      onAttempted(endpointId, settled);
      return signalOfShipment(settled);
    } catch (error) {
      logger.error(
        { err: error, webhookId: endpointId },
        'an attempt was recorded, but its metrics, its log line or its lane failed by a defect',
      );
      return NOT_SENT;
    }
  }

  return async (shipment) => {
    const [first] = shipment.deliveries;
    if (first.unstored?.isGivenUp) return NOT_SENT;
    const settled = await (first.isPoisonSuspect
      ? poisonGuard.attemptAlone(shipment, () => attemptShipment(attempts, shipment))
      : attemptShipment(attempts, shipment));
    // Before anything else that could fail.
    const recording = recordWhenStored(recorder.recordAll, settled);
    const signal = report(shipment, settled);
    await recording;
    return signal;
  };
}
