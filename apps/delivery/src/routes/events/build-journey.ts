import { type Attempt, deliveryId, type JourneyStep, timeOfId } from '@hookline/contracts';
import { getProvider } from '@hookline/providers';
import type { AttemptRow, DeliveryRow } from '../../sql/delivery-row.ts';
import type { EventRow } from '../../sql/event-row.ts';
import type { RepeatRow } from '../../sql/list-repeats.ts';
import { presentAttempt } from '../deliveries/present-attempt.ts';

export interface JourneyInput {
  event: EventRow;
  deliveries: DeliveryRow[];
  attempts: AttemptRow[];
  duplicates: RepeatRow[];
  /** The ids of events that were made from this one with another payload. */
  editedReplays: readonly string[];
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
    ? `${type} was made from the event ${providerDeliveryId ?? 'of a replay'} with another payload (${sizeBytes} bytes)`
    : `${type} was received from ${provider} (${via}, ${sizeBytes} bytes)`;
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
  const at = event.receivedAt.toISOString();
  if (event.matched === 0) {
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
      text:
        omitted === 1
          ? '1 more endpoint did not match and is not listed'
          : `${omitted} more endpoints did not match and are not listed`,
      details: { omitted },
    });
  }
  for (const delivery of input.deliveries) {
    const ids = { webhookId: delivery.endpointId, deliveryId: deliveryId(event.id, delivery.endpointId) };
    const name = nameOf(delivery.endpointId);
    steps.push({ at, step: 'matched', text: `The endpoint ${name} matched`, ...ids });
    for (const [index, row] of input.attempts.entries()) {
      if (row.endpointId !== delivery.endpointId) continue;
      const attempt = shown[index] as Attempt;
      if (row.trigger !== 'schedule') {
        steps.push({
          at: attempt.startedAt,
          step: 'replayed',
          text: `The ${row.trigger} had it sent to ${name} again${row.replayId === null ? '' : `, by replay ${row.replayId}`}`,
          ...(row.replayId === null ? {} : { details: { replayId: row.replayId } }),
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
        text: `Hookline gave up on ${name} after ${delivery.attempts} attempts: ${delivery.errorMessage ?? delivery.errorCode}`,
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
