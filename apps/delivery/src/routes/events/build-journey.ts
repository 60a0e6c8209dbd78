import { type Attempt, countNouns, deliveryId, type JourneyStep, timeOfId } from '@hookline/contracts';
import { getProvider } from '@hookline/providers';
import type { AttemptRow, DeliveryRow } from '../../sql/delivery-row.ts';
import type { EventRow } from '../../sql/event-row.ts';
import type { LocalResultRow } from '../../sql/list-local-results.ts';
import type { RepeatRow } from '../../sql/list-repeats.ts';
import { presentAttempt } from '../deliveries/present-attempt.ts';
import type { Parking } from '../deliveries/read-parking.ts';
import { countMatched } from './to-journey-facts.ts';

export interface JourneyInput {
  event: EventRow;
  deliveries: DeliveryRow[];
  attempts: AttemptRow[];
  parking: Parking;
  duplicates: RepeatRow[];
  /** The ids of events that were made from this one with another payload. */
  editedReplays: readonly string[];
  localResults: readonly LocalResultRow[];
  /** The names of endpoints by their ids, also of deleted endpoints. */
  endpointNames: ReadonlyMap<string, string>;
}

const UNMATCHED_TEXT: Record<string, string> = {
  event_type: 'its event types do not include this one',
  inactive: 'it was switched off',
  other_endpoint: 'the event was for another endpoint only',
  filter: 'its filter does not match it',
  same_request: 'it gets original requests, and got this request with another event',
};

function describeOtherContent({ firstSha256, repeatSha256 }: JourneyInput['duplicates'][number]): string {
  return firstSha256 === null
    ? ''
    : `. It had the same id and other content: the SHA-256 of the first body is ${firstSha256}, of this one ${repeatSha256}`;
}

/** How long it took to store a webhook, and how long its provider waits for the answer. */
function timingOf({ via, provider, receivedAt, storedAt }: EventRow) {
  // The clocks of two machines may differ by milliseconds.
  const storedAfterMs = Math.max(0, storedAt.getTime() - receivedAt.getTime());
  const deadlineMs = via === 'webhook' ? getProvider(provider)?.answer.deadlineMs : undefined;
  return { storedAfterMs, ...(deadlineMs !== undefined && { providerWaitsMs: deadlineMs }) };
}

function describeLateness(event: EventRow): string {
  const { storedAfterMs, providerWaitsMs = Number.POSITIVE_INFINITY } = timingOf(event);
  return storedAfterMs > providerWaitsMs
    ? ` after ${storedAfterMs} ms, where ${event.provider} waits ${providerWaitsMs} ms for the answer: the journal had answered before`
    : '';
}

function describeOrigin({ type, via, provider, providerDeliveryId, sizeBytes }: EventRow): string {
  return via === 'replay'
    ? `${type} was made from the event ${providerDeliveryId ?? 'of a replay'} with another payload (${countNouns(sizeBytes, 'byte')})`
    : `${type} was received from ${provider} (${via}, ${countNouns(sizeBytes, 'byte')})`;
}

const CONTROL_TEXT = {
  revoked: '. The subscription at the provider was revoked',
  disabled: '. The subscription at the provider was disabled',
  verified: '. The subscription at the provider was verified',
  test: '. It is a test message of the provider',
} as const;

function describeControl({ control, controlReason }: EventRow): string {
  if (control === null) return '';
  return `${CONTROL_TEXT[control]}${controlReason === null ? '' : `: ${controlReason}`}`;
}

/** Of two times in RFC 3339, in UTC. The key may have been parked before the event came. */
const laterOf = (one: string, other: string) => (one.localeCompare(other) < 0 ? other : one);

/** Describes that a person or a replay had an event sent to an endpoint. */
function describeRequest(
  { trigger, replayId }: Pick<DeliveryRow, 'trigger' | 'replayId'>,
  name: string,
  isAgain: boolean,
): Pick<JourneyStep, 'step' | 'text' | 'details'> {
  const byReplay = replayId === null ? '' : `, by replay ${replayId}`;
  return {
    step: 'replayed',
    text: `The ${trigger} had it sent to ${name}${isAgain ? ' again' : ''}${byReplay}`,
    ...(replayId === null ? {} : { details: { replayId } }),
  };
}

/** What `hookline listen` reported: for the person who listens, and never a delivery. */
function toForwardedStep(row: LocalResultRow): JourneyStep {
  const { reporter, responseCode, error, detail, durationMs, reportedAt } = row;
  const result = responseCode ?? LOCAL_ERROR_TEXT[error ?? 'broken'];
  return {
    at: reportedAt.toISOString(),
    step: 'forwarded',
    text: `Forwarded by hookline listen on ${reporter}: ${result} in ${durationMs} ms`,
    details: {
      reporter,
      durationMs,
      ...(responseCode === null ? { error } : { status: responseCode }),
      ...(detail === null ? {} : { detail }),
    },
  };
}

const LOCAL_ERROR_TEXT = {
  refused: 'no server listened',
  broken: 'the connection broke',
  timeout: 'no answer',
  impossible: 'it could not be sent',
} as const;

/** Describes everything that happened to an event, oldest first. */
export async function buildJourney(input: JourneyInput): Promise<JourneyStep[]> {
  const shown = await Promise.all(input.attempts.map(presentAttempt));
  const { event } = input;
  const nameOf = (endpointId: string) => `"${input.endpointNames.get(endpointId) ?? endpointId}"`;
  const steps: JourneyStep[] = [
    {
      at: event.receivedAt.toISOString(),
      step: 'received',
      text: `${describeOrigin(event)} and stored${describeLateness(event)}${describeControl(event)}`,
      details: {
        source: event.source,
        providerDeliveryId: event.providerDeliveryId,
        streamSequence: event.streamSeq,
        ...timingOf(event),
      },
    },
  ];
  for (const duplicate of input.duplicates) {
    steps.push({
      at: duplicate.createdAt.toISOString(),
      step: 'duplicate',
      text: `It was received again and not delivered a second time${describeOtherContent(duplicate)}`,
      details: {
        streamSequence: duplicate.streamSeq,
        repeatId: duplicate.repeatId,
        ...(duplicate.firstSha256 === null
          ? {}
          : { firstSha256: duplicate.firstSha256, sha256: duplicate.repeatSha256 }),
      },
    });
  }
  for (const editedId of input.editedReplays) {
    steps.push({
      at: new Date(timeOfId(editedId) ?? 0).toISOString(),
      step: 'replayed',
      text: `It was replayed with another payload, as the event ${editedId}`,
      details: { eventId: editedId },
    });
  }
  for (const row of input.localResults) steps.push(toForwardedStep(row));
  const at = event.receivedAt.toISOString();
  if (countMatched(event, input.deliveries) === 0) {
    steps.push({
      at,
      step: 'unmatched',
      text: 'No endpoint matched',
      details: { endpoints: event.unmatched ?? [] },
    });
  }
  for (const [endpointId, reason, details] of event.unmatched ?? []) {
    steps.push({
      at,
      step: 'unmatched',
      webhookId: endpointId,
      text: `The endpoint ${nameOf(endpointId)} did not match: ${UNMATCHED_TEXT[reason] ?? reason}${details === undefined ? '' : ` (${details})`}`,
    });
  }
  if (event.unmatchedOmitted > 0) {
    const omitted = event.unmatchedOmitted;
    steps.push({
      at,
      step: 'unmatched',
      text: `${countNouns(omitted, 'more endpoint')} did not match and ${omitted === 1 ? 'is' : 'are'} not listed`,
      details: { omitted },
    });
  }
  for (const delivery of input.deliveries) {
    const ids = { webhookId: delivery.endpointId, deliveryId: deliveryId(event.id, delivery.endpointId) };
    const name = nameOf(delivery.endpointId);
    if (!delivery.byRequest)
      steps.push({ at, step: 'matched', text: `The endpoint ${name} matched`, ...ids });
    for (const [index, row] of input.attempts.entries()) {
      if (row.endpointId !== delivery.endpointId) continue;
      const attempt = shown[index] as Attempt;
      if (row.trigger !== 'schedule') {
        steps.push({
          at: attempt.startedAt,
          ...describeRequest(row, name, row.attempt > 1),
          ...ids,
        });
      }
      if (row.outcome === 'dropped') {
        const text = `It was dropped by the transformation of ${name}: nothing was sent`;
        steps.push({ at: attempt.startedAt, step: 'dropped', text, attempt, ...ids });
        continue;
      }
      const answer =
        row.responseCode === null
          ? (row.errorMessage ?? row.errorCode ?? 'no answer')
          : `${row.responseCode}`;
      steps.push({
        at: attempt.startedAt,
        step: row.outcome === 'success' ? 'delivered' : 'attempted',
        text: `Attempt ${row.attempt} to ${name}: ${answer}, ${Math.round(row.durationMs)} ms`,
        attempt,
        ...ids,
      });
    }
    if (
      delivery.trigger !== 'schedule' &&
      delivery.attempts === delivery.attemptsBefore &&
      delivery.retriedAt
    ) {
      steps.push({
        at: delivery.retriedAt.toISOString(),
        ...describeRequest(delivery, name, delivery.attempts > 0),
        ...ids,
      });
    }
    const parkedBy = input.parking(delivery);
    if (parkedBy) {
      steps.push({
        at: laterOf(at, parkedBy.since),
        step: 'parked',
        text: `${name} is parked: the ordering key "${parkedBy.key}" is blocked by the delivery ${parkedBy.deliveryId} since ${parkedBy.since}. Send that one again, discard it, or release the key`,
        details: parkedBy,
        ...ids,
      });
    }
    if (delivery.status === 'retrying' && delivery.dueAt) {
      steps.push({
        at: (delivery.lastAttemptAt ?? delivery.dueAt).toISOString(),
        step: 'retrying',
        text: `${name} is tried again at ${delivery.dueAt.toISOString()}`,
        ...ids,
      });
    }
    if (delivery.completedAt && (delivery.status === 'failed' || delivery.status === 'discarded')) {
      steps.push({
        at: delivery.completedAt.toISOString(),
        step: 'dead',
        text: `Hookline gave up on ${name} after ${countNouns(delivery.attempts, 'attempt')}: ${delivery.errorMessage ?? delivery.errorCode}`,
        ...ids,
      });
    }
    if (delivery.discarded) {
      const { by, at: discardedAt, reason } = delivery.discarded;
      steps.push({
        at: discardedAt,
        step: 'discarded',
        text: `${delivery.completedAt ? 'Let go' : `What was open for ${name} was cancelled`} by ${by}${reason === null ? '' : `: ${reason}`}`,
        ...ids,
      });
    }
  }
  // Sorting is stable: steps of the same moment keep the order in which they were added.
  return steps.sort((a, b) => a.at.localeCompare(b.at));
}
