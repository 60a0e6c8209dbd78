import { type Bus, BusError } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';
import { createLoopWorker, type Logger, type LoopWorker } from '@hookline/service';
import type { EventJournal } from './event-journal.ts';

export interface JournalReplayerOptions {
  bus: Bus;
  journal: EventJournal;
  /** @throws BusError */
  publish: (event: HooklineEvent) => Promise<unknown>;
  logger: Logger;
}

const RETRY_MS = 1_000;
const ORPHANS_EVERY_MS = 20_000;
/** Events that are published at once: enough for the publisher, and little memory. */
const WINDOW = 256;

/**
 * Publishes the events of the journal to JetStream, in order, at start and whenever JetStream is available again. An
 * event that JetStream will never store (the broker's limits were larger when the event was accepted) is set aside
 * and logged, so that the events after it do not wait forever. Wake it when an event was appended.
 */
export function createJournalReplayer(options: JournalReplayerOptions): LoopWorker {
  const { bus, journal, publish, logger } = options;
  let adoptAtMs = performance.now() + ORPHANS_EVERY_MS;

  async function publishAll(events: readonly HooklineEvent[], signal: AbortSignal): Promise<void> {
    const open = new Set<Promise<unknown>>();
    let failure: unknown;
    for (const event of events) {
      if (failure !== undefined || signal.aborted) break;
      const published = publish(event)
        .catch((error: unknown) => onRefused(event, error))
        .catch((error: unknown) => {
          failure = error;
        });
      const settled = published.finally(() => open.delete(settled));
      open.add(settled);
      if (open.size >= WINDOW) await Promise.race(open);
    }
    await Promise.all(open);
    if (failure !== undefined) throw failure;
    if (signal.aborted) throw new BusError('not_stored', 'ingest is stopping');
  }

  async function onRefused(event: HooklineEvent, error: unknown): Promise<void> {
    if (!(error instanceof BusError) || (error.code !== 'too_large' && error.code !== 'malformed_event')) {
      throw error;
    }
    await journal.setAside(event);
    logger.error(
      { err: error, eventId: event.attributes.id },
      'JetStream refuses an event of the journal: it is moved to refused.records',
    );
  }

  async function replay(signal: AbortSignal): Promise<void> {
    if (!bus.connected || journal.events === 0) return;
    const { events } = journal;
    logger.info({ events }, 'publishing the events of the journal');
    try {
      await journal.replay((segment) => publishAll(segment, signal));
      logger.info({ events }, 'the journal is empty again');
    } catch (error) {
      if (!signal.aborted)
        logger.warn({ err: error }, 'could not publish the events of the journal; trying again');
    }
  }

  /** Takes over the events of processes that died. */
  async function adoptOrphans(): Promise<void> {
    if (performance.now() < adoptAtMs) return;
    adoptAtMs = performance.now() + ORPHANS_EVERY_MS;
    await journal
      .adoptOrphans()
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'the journals of other processes cannot be searched'),
      );
  }

  const rounds = createLoopWorker({
    name: 'journal replayer',
    async work(signal) {
      await adoptOrphans();
      await replay(signal);
      return journal.events > 0 ? RETRY_MS : Math.max(1, adoptAtMs - performance.now());
    },
    onError: (error) =>
      logger.error({ err: error }, 'could not publish the events of the journal; trying again'),
    pauseAfterErrorMs: RETRY_MS,
  });

  return {
    ...rounds,
    async run(signal) {
      const stopListening = bus.onConnectionChange((connected) => {
        if (connected) rounds.wake();
      });
      await rounds.run(signal);
      stopListening();
    },
  };
}
