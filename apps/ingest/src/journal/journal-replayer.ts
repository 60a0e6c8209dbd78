import { type Bus, BusError } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';
import type { Logger } from '@hookline/service';
import type { EventJournal } from './event-journal.ts';

export interface JournalReplayer {
  /** Something was appended: it is published as soon as that works. */
  wake(): void;
  stop(): Promise<void>;
}

export interface JournalReplayerOptions {
  bus: Bus;
  journal: EventJournal;
  /** @throws BusError */
  publish: (event: HooklineEvent) => Promise<unknown>;
  logger: Logger;
}

const RETRY_MS = 1_000;
const ORPHANS_EVERY_MS = 20_000;
/** On their way at once: enough for the publisher, and little to hold. */
const WINDOW = 256;

/**
 * Brings what waits in the journal to JetStream, in order, at start and whenever JetStream is back. What JetStream
 * will never take (it was accepted when the broker's limits were larger) is set aside, and said in the log: nothing
 * behind it may wait for ever.
 */
export function startJournalReplayer(options: JournalReplayerOptions): JournalReplayer {
  const { bus, journal, publish, logger } = options;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function publishAll(events: readonly HooklineEvent[]): Promise<void> {
    const open = new Set<Promise<unknown>>();
    let failure: unknown;
    for (const event of events) {
      if (failure !== undefined || stopped) break;
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
    if (stopped) throw new BusError('not_stored', 'ingest is stopping');
  }

  async function onRefused(event: HooklineEvent, error: unknown): Promise<void> {
    if (!(error instanceof BusError) || (error.code !== 'too_large' && error.code !== 'malformed_event')) {
      throw error;
    }
    await journal.setAside(event);
    logger.error(
      { err: error, eventId: event.attributes.id },
      'JetStream does not take an event of the journal: it is set aside in refused.records',
    );
  }

  async function run(): Promise<void> {
    if (!bus.connected || journal.events === 0) return;
    const { events } = journal;
    logger.info({ events }, 'publishing what waited in the journal');
    try {
      await journal.replay(publishAll);
      logger.info({ events }, 'the journal is empty again');
    } catch (error) {
      if (!stopped) logger.warn({ err: error }, 'the journal waits on');
    }
  }

  function wake(): void {
    if (stopped || running !== undefined) return;
    running = run().finally(() => {
      running = undefined;
      if (!stopped && journal.events > 0) {
        clearTimeout(timer);
        timer = setTimeout(wake, RETRY_MS);
      }
    });
  }

  const stopListening = bus.onConnectionChange((connected) => {
    if (connected) wake();
  });
  const orphans = setInterval(() => {
    journal
      .adoptOrphans()
      .then(wake)
      .catch((error: unknown) => logger.warn({ err: error }, 'the journal cannot be looked through'));
  }, ORPHANS_EVERY_MS);
  wake();

  return {
    wake,
    async stop() {
      stopped = true;
      clearInterval(orphans);
      clearTimeout(timer);
      stopListening();
      await running;
    },
  };
}
