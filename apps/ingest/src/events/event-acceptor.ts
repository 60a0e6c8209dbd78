import { type Bus, BusError, decodeEvent, type PublishAnySize } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent, PUSHES_STREAM } from '@hookline/contracts';
import type { Histogram, Logger } from '@hookline/service';
import type { EventJournal } from '../journal/event-journal.ts';
import { compareContent, contentOf, type OtherContent } from './event-content.ts';

export interface AcceptedEvent {
  /** Id of the stored event: the first event's if this is a repeat. */
  id: string;
  duplicate: boolean;
  /** Only for a repeat with other content than the first event. */
  otherContent?: OtherContent | undefined;
}

export interface EventAcceptor {
  /**
   * Resolves when the event is safe: JetStream has stored it or an earlier event with the same dedupe key, or, if
   * JetStream does not answer in time, the journal on this machine's disk has.
   * @param withinMs how long to try JetStream before the journal is used
   * @throws BusError `not_stored`, `publisher_full`, `too_large`
   */
  accept(event: HooklineEvent, withinMs: number): Promise<AcceptedEvent>;
}

export interface EventAcceptorOptions {
  bus: Bus;
  publishAnySize: PublishAnySize;
  /** Undefined: if JetStream does not store an event in time, its sender must send it again. */
  journal: EventJournal | undefined;
  /** Called after an event was written to the journal. */
  onJournaled: () => void;
  publishSeconds: Histogram;
  logger: Logger;
}

/**
 * JetStream has just failed an event, so the next events wait less for a result that is probably the same.
 */
const FAILING_TIMEOUT_MS = 300;

export function createEventAcceptor(options: EventAcceptorOptions): EventAcceptor {
  const { bus, publishAnySize, journal, publishSeconds, logger } = options;
  let isFailing = false;

  async function eventAt(stream: string, sequence: number): Promise<HooklineEvent | undefined> {
    try {
      const message =
        (await bus.manager.direct.getMessage(stream, { seq: sequence })) ??
        // The answering replica may not have the message yet; the stream's leader has it.
        (await bus.manager.streams.getMessage(stream, { seq: sequence }));
      return message ? decodeEvent(message.header, message.data) : undefined;
    } catch (error) {
      logger.warn({ err: error, sequence }, 'could not read the first event of a repeat');
      return undefined;
    }
  }

  async function publish(event: HooklineEvent, deadlineMs: number): Promise<AcceptedEvent> {
    const startedAt = performance.now();
    const { sequence, duplicate } = await publishAnySize(event, deadlineMs);
    isFailing = false;
    publishSeconds.observe((performance.now() - startedAt) / 1000);
    const { id, pushfor } = event.attributes;
    if (!duplicate) return { id, duplicate: false };
    // The stored event has this id: the answer to the first try was lost, and this is its repeat.
    const first = await eventAt(pushfor === undefined ? EVENTS_STREAM : PUSHES_STREAM, sequence);
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
      // JetStream may have stored it all the same, or an event with the same key; the replay finds out.
      return journaled;
    }
  }

  return {
    accept: (event, withinMs) =>
      journal ? publishOrJournal(event, withinMs, journal) : publish(event, withinMs),
  };
}
