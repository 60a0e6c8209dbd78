import type { AttemptRow, DeliveryRow } from '../../sql/delivery-row.ts';
import type { EventRow } from '../../sql/event-row.ts';
import type { Parking } from '../deliveries/read-parking.ts';
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
  parking: Parking,
): JourneyFacts {
  const attemptsOf = Map.groupBy(attempts, ({ endpointId }) => endpointId);
  const unmatched = event.unmatched ?? [];
  const unmatchedIds = new Set(unmatched.map(([id]) => id));
  const countReason = (wanted: string) => unmatched.filter(([, reason]) => reason === wanted).length;
  return {
    event,
    matched: countMatched(event, deliveries),
    unmatched: unmatched.length + event.unmatchedOmitted,
    off: countReason('inactive'),
    notMeant: countReason('other_endpoint'),
    deliveries: deliveries.map((delivery) => ({
      ...toFacts(delivery, attemptsOf.get(delivery.endpointId) ?? [], waitReason),
      parkedBy: parking(delivery),
      byRequest: delivery.byRequest
        ? unmatchedIds.has(delivery.endpointId)
          ? 'unmatched'
          : 'unknown'
        : undefined,
    })),
  };
}

/** How many endpoints matched when the event was fanned out: it also counts those that got it by request since. */
export const countMatched = (
  { matched }: Pick<EventRow, 'matched'>,
  deliveries: readonly Pick<DeliveryRow, 'byRequest'>[],
): number => matched - deliveries.filter(({ byRequest }) => byRequest).length;

function toFacts(
  delivery: DeliveryRow,
  all: readonly AttemptRow[],
  waitReason: WaitReason,
): Omit<DeliveryFacts, 'byRequest' | 'parkedBy'> {
  const { status, attempts, responseCode, errorCode, dueAt } = delivery;
  const last = all.at(-1);
  return {
    status,
    attempts,
    lastMs: last?.durationMs,
    isDropped: last?.outcome === 'dropped',
    responseCode,
    errorCode,
    nextAttemptAtMs: hasTime(dueAt) ? dueAt.getTime() : undefined,
    waitsFor: waitReason(delivery),
    before: describeBefore(delivery, all),
  };
}

function describeBefore(
  { attemptsBefore }: DeliveryRow,
  attempts: readonly AttemptRow[],
): DeliveryFacts['before'] {
  if (attemptsBefore === 0) return undefined;
  const wasDelivered = attempts.some(
    ({ attempt, outcome }) => attempt <= attemptsBefore && outcome === 'success',
  );
  return wasDelivered ? 'delivered' : 'attempted';
}
