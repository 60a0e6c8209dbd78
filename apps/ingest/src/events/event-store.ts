import type { Bus, EventPublisher } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent } from '@hookline/contracts';
import type { Histogram, Logger } from '@hookline/service';

export interface StoredOutcome {
  /** Of the event as it is stored: the first one's where this is a repeat of it. */
  id: string;
  duplicate: boolean;
}

export interface EventStore {
  /**
   * Resolves once JetStream holds the event, or a first one with the same dedupe key.
   * @throws BusError `not_stored`, `publisher_full`, `too_large`
   */
  store(event: HooklineEvent): Promise<StoredOutcome>;
}

export function createEventStore(options: {
  bus: Bus;
  publisher: EventPublisher;
  publishSeconds: Histogram;
  logger: Logger;
}): EventStore {
  const { bus, publisher, publishSeconds, logger } = options;

  async function idAt(sequence: number): Promise<string | undefined> {
    try {
      const message =
        (await bus.manager.direct.getMessage(EVENTS_STREAM, { seq: sequence })) ??
        // The replica that answered may not have it yet; the stream's leader has.
        (await bus.manager.streams.getMessage(EVENTS_STREAM, { seq: sequence }));
      return message?.header.get('ce-id');
    } catch (error) {
      logger.warn({ err: error, sequence }, 'the first event of a repeat could not be read');
      return undefined;
    }
  }

  return {
    async store(event) {
      const startedAt = performance.now();
      const { sequence, duplicate } = await publisher.publish(event);
      publishSeconds.observe((performance.now() - startedAt) / 1000);
      const { id } = event.attributes;
      if (!duplicate) return { id, duplicate: false };
      // Our own id there: the answer to a first try was lost, and this is the repeat.
      const firstId = await idAt(sequence);
      return { id: firstId ?? id, duplicate: firstId !== id };
    },
  };
}
