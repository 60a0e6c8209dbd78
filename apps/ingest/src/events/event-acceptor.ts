import { type Bus, BusError, decodeEvent } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent } from '@hookline/contracts';
import type { Histogram, Logger } from '@hookline/service';
import type { EventJournal } from '../journal/event-journal.ts';
import type { PublishAnySize } from './claim-check.ts';
import { compareContent, contentOf, type OtherContent } from './event-content.ts';

export interface AcceptedEvent {
  /** Of the event as it is stored: the first one's where this is a repeat of it. */
  id: string;
  duplicate: boolean;
  /** Of a repeat that says something else than the first event. */
  otherContent?: OtherContent | undefined;
}

export interface EventAcceptor {
  /**
   * Resolves once the event cannot be lost any more: JetStream holds it, or a first one with the same dedupe key; or,
   * where JetStream does not answer in time, the journal on this machine's disk does.
   * @param withinMs how long JetStream is tried before the journal takes it
   * @throws BusError `not_stored`, `publisher_full`, `too_large`
   */
  accept(event: HooklineEvent, withinMs: number): Promise<AcceptedEvent>;
}

export interface EventAcceptorOptions {
  bus: Bus;
  publishAnySize: PublishAnySize;
  /** Undefined: what JetStream does not take in time is the sender's to send again. */
  journal: EventJournal | undefined;
  /** Called after the journal has taken an event. */
  onJournaled: () => void;
  publishSeconds: Histogram;
  logger: Logger;
}

/** JetStream has just failed an event: the next ones are not made to wait as long for what most likely fails too. */
const FAILING_TIMEOUT_MS = 300;

export function createEventAcceptor(options: EventAcceptorOptions): EventAcceptor {
  const { bus, publishAnySize, journal, publishSeconds, logger } = options;
  let isFailing = false;

  async function eventAt(sequence: number): Promise<HooklineEvent | undefined> {
    try {
      const message =
        (await bus.manager.direct.getMessage(EVENTS_STREAM, { seq: sequence })) ??
        // The replica that answered may not have it yet; the stream's leader has.
        (await bus.manager.streams.getMessage(EVENTS_STREAM, { seq: sequence }));
      return message ? decodeEvent(message.header, message.data) : undefined;
    } catch (error) {
      logger.warn({ err: error, sequence }, 'the first event of a repeat could not be read');
      return undefined;
    }
  }

  async function publish(event: HooklineEvent, deadlineMs: number): Promise<AcceptedEvent> {
    const startedAt = performance.now();
    const { sequence, duplicate } = await publishAnySize(event, deadlineMs);
    isFailing = false;
    publishSeconds.observe((performance.now() - startedAt) / 1000);
    const { id } = event.attributes;
    if (!duplicate) return { id, duplicate: false };
    // Our own id there: the answer to a first try was lost, and this is the repeat.
    const first = await eventAt(sequence);
    if (first === undefined) return { id, duplicate: true };
    if (first.attributes.id === id) return { id, duplicate: false };
    const otherContent = compareContent(contentOf(first), contentOf(event));
    return { id: first.attributes.id, duplicate: true, otherContent };
  }

  async function publishOrJournal(
    event: HooklineEvent,
    withinMs: number,
    to: EventJournal,
  ): Promise<AcceptedEvent> {
    try {
      return await publish(event, isFailing ? Math.min(FAILING_TIMEOUT_MS, withinMs) : withinMs);
    } catch (error) {
      if (!(error instanceof BusError) || (error.code !== 'not_stored' && error.code !== 'publisher_full')) {
        throw error;
      }
      isFailing = true;
      const journaled = await to.append(event).catch((cause: unknown) => {
        throw new BusError(error.code, `${error.message}; and the journal: ${(cause as Error).message}`, {
          cause,
        });
      });
      if (!journaled.duplicate) options.onJournaled();
      // JetStream may hold it all the same, or hold one with the same key: the replay finds out.
      return journaled;
    }
  }

  return {
    accept: (event, withinMs) =>
      journal ? publishOrJournal(event, withinMs, journal) : publish(event, withinMs),
  };
}
