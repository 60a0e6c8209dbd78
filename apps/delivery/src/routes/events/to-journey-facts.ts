import type { AttemptRow, DeliveryRow } from '../../sql/delivery-row.ts';
import type { EventRow } from '../../sql/event-row.ts';
import { hasTime, type WaitReason } from '../deliveries/wait-reason.ts';
import type { DeliveryFacts, JourneyFacts } from './summarize-journey.ts';

export interface JourneyRows {
  event: EventRow;
  deliveries: readonly DeliveryRow[];
  /** First attempt first. */
  attempts: readonly AttemptRow[];
}

export function toJourneyFacts(
  { event, deliveries, attempts }: JourneyRows,
  waitReason: WaitReason,
): JourneyFacts {
  const last = new Map(attempts.map((attempt) => [attempt.endpointId, attempt]));
  const unmatched = event.unmatched ?? [];
  // The event counts these as matched as well, once a replay or a person has sent it to them.
  const sentLater = deliveries.filter(({ endpointId }) => unmatched.some(([id]) => id === endpointId));
  return {
    event,
    matched: event.matched - sentLater.length,
    unmatched: unmatched.length + event.unmatchedOmitted,
    off: unmatched.filter(([, reason]) => reason === 'inactive').length,
    deliveries: deliveries.map((delivery) => toFacts(delivery, last.get(delivery.endpointId), waitReason)),
  };
}

function toFacts(delivery: DeliveryRow, last: AttemptRow | undefined, waitReason: WaitReason): DeliveryFacts {
  const { status, attempts, responseCode, errorCode, dueAt, trigger } = delivery;
  return {
    status,
    attempts,
    lastMs: last?.durationMs,
    isDropped: last?.outcome === 'dropped',
    responseCode,
    errorCode,
    nextAttemptAtMs: hasTime(dueAt) ? dueAt.getTime() : undefined,
    waitsFor: waitReason(delivery),
    isAgain: trigger !== 'schedule',
  };
}
