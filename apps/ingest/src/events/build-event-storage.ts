import {
  type Bus,
  createEventPublisher,
  createPublishAnySize,
  type EventPublisher,
  ensurePayloadObjects,
  type SyncMode,
} from '@hookline/bus';
import { countNouns } from '@hookline/contracts';
import { checkProblem, type Foundation } from '@hookline/service';
import { type EventJournal, openEventJournal } from '../journal/event-journal.ts';
import { createJournalReplayer } from '../journal/journal-replayer.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { IngestOptions } from '../options.ts';
import { createEventAcceptor, type EventAcceptor } from './event-acceptor.ts';
import { createStoreProbe, type StoreProbe } from './store-probe.ts';
import { tracePublishing } from './trace-publishing.ts';

export interface EventStorage {
  acceptor: EventAcceptor;
  publisher: EventPublisher;
  probe: StoreProbe;
  /** Undefined when none is configured. */
  journal: EventJournal | undefined;
}

export interface EventStorageContext {
  bus: Bus;
  syncMode: SyncMode;
  metrics: IngestMetrics;
}

/** Where events go: JetStream, its object store for large payloads, and the journal while JetStream is away. */
export async function buildEventStorage(
  foundation: Foundation,
  options: IngestOptions,
  { bus, syncMode, metrics }: EventStorageContext,
): Promise<EventStorage> {
  const { health, logger, tracing } = foundation;
  const { publishDeadlineMs } = options;
  const objects = await ensurePayloadObjects(bus, options.streams);
  const journal = options.journal && (await openEventJournal({ ...options.journal, logger }));
  if (journal) foundation.onClose(journal.close);
  const publisher = createEventPublisher(bus, {
    deadlineMs: publishDeadlineMs,
    atomicBatches: syncMode !== 'periodic',
  });
  // Few messages: a batch of them would rarely come together.
  const pushes = createEventPublisher(bus, { deadlineMs: publishDeadlineMs, atomicBatches: false });
  foundation.onClose(async () => {
    for (const each of [publisher, pushes]) {
      await each.drain();
      each.close();
    }
  });
  const publishAnySize = createPublishAnySize(
    bus,
    ({ attributes }) => (attributes.pushfor === undefined ? publisher : pushes),
    objects,
  );
  const probe = createStoreProbe({ bus, publisher, logger });
  const replayer =
    journal &&
    createJournalReplayer({
      bus,
      journal,
      logger,
      publish: (event) => publishAnySize(event, publishDeadlineMs),
    });
  foundation.runWorkers(replayer ? [replayer, probe] : [probe]);

  if (journal) {
    health.addInformation('jetstream', checkProblem(probe));
    health.addCheck('journal', () => {
      const isNeeded = !bus.connected || probe.problem !== undefined;
      if (isNeeded && journal.problem !== undefined) throw new Error(journal.problem);
    });
    health.addInformation('journalEmpty', () => {
      if (journal.events > 0)
        throw new Error(`${countNouns(journal.events, 'event waits', 'events wait')} for JetStream`);
    });
  } else {
    health.addCheck('jetstream', checkProblem(probe));
  }

  const acceptor = createEventAcceptor({
    bus,
    publishAnySize,
    journal,
    onJournaled() {
      metrics.journaled.inc();
      replayer?.wake();
    },
    publishSeconds: metrics.publishSeconds,
    logger,
  });
  return { acceptor: tracing ? tracePublishing(acceptor, tracing) : acceptor, publisher, probe, journal };
}
