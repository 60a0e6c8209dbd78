import type { Bus } from '@hookline/bus';
import type { Foundation, Waker } from '@hookline/service';
import type { Endpoints } from '../../endpoints/build-endpoints.ts';
import type { DeliveryMetrics } from '../../metrics.ts';
import type { DeliveryOptions } from '../../options.ts';
import { createDeadLetterPublisher, type DeadLetter } from '../dead-letters/dead-letter-publisher.ts';
import { createOutcomeRecorder, type OutcomeRecorder } from './outcome-recorder.ts';

export interface Outcomes {
  recorder: OutcomeRecorder;
  /** Resolves when the payloads of the dead letters are no longer needed. Never rejects. */
  publishDead: (letters: readonly DeadLetter[]) => Promise<void>;
}

export interface OutcomesContext {
  bus: Bus;
  endpoints: Endpoints;
  metrics: DeliveryMetrics;
  /** Wakes the sequencer: the delivery behind a settled one may be next. */
  sequenceWaker: Waker;
}

/** Builds the recorder of outcomes and the publisher of dead letters. */
export function buildOutcomes(
  foundation: Foundation,
  options: DeliveryOptions,
  { bus, endpoints, metrics, sequenceWaker }: OutcomesContext,
): Outcomes {
  const { database, logger } = foundation;
  const { catalog } = endpoints;
  const deadLetters = createDeadLetterPublisher(bus, database, logger, options.announceDeadSeconds);
  foundation.onClose(deadLetters.drain);
  const publishDead = async (letters: readonly DeadLetter[]) => {
    await deadLetters.publish(letters);
    if (catalog.hasOrdering) sequenceWaker.wake();
  };
  const recorder = createOutcomeRecorder({
    database,
    logger,
    leaseSeconds: options.leaseSeconds,
    onDisabled: (endpointIds) => endpoints.onDisabled(endpointIds, 'their receivers want no more events'),
    onFenced: metrics.fenced,
    onRecorded(endpointIds) {
      if (!catalog.hasOrdering) return;
      for (const id of endpointIds) {
        if (catalog.get(id)?.ordering === undefined) continue;
        sequenceWaker.wake();
        return;
      }
    },
    onDead: (dead) =>
      publishDead(
        dead.map(({ outcome, delivery }) => ({
          delivery,
          attempts: outcome.attempt?.number ?? delivery.attempts,
          errorCode: outcome.errorCode ?? 'unknown',
          errorMessage: outcome.errorMessage ?? '',
        })),
      ),
  });
  foundation.onClose(recorder.drain);
  return { recorder, publishDead };
}
