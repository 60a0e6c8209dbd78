import { createBatchedWriter, type Database } from '@hookline/db';
import type { SourceSubscription } from '@hookline/db/ingest';
import type { ControlMessage } from '@hookline/providers';
import { Counter, type Logger, type Registry } from '@hookline/service';
import { updateSubscriptions } from '../sql/update-subscriptions.ts';
import type { ActiveSource } from './active-source.ts';

/** Stores with each source the last message of its provider about the subscription. */
export interface SubscriptionNotes {
  /** Stores the message soon. Never waits, never throws. */
  note(source: ActiveSource | undefined, message: ReceivedMessage): void;
  /** Writes the messages that wait, and ends. */
  close(): Promise<void>;
}

type ReceivedMessage = ControlMessage & { readonly type: string; readonly eventId: string };

const GATHER_MS = 500;
const MAX_BATCH = 500;
/**
 * Sources whose last message waits. Messages of further sources are not stored with them; their events are stored
 * anyway.
 */
const MAX_WAITING = 5_000;
const NOT_STORED = 'messages of providers about their subscriptions could not be stored with the sources';

interface Note {
  sourceId: string;
  /** The last message, until the note is written. */
  message: SourceSubscription;
}

export function createSubscriptionNotes(
  database: Database,
  metrics: Registry,
  logger: Logger,
): SubscriptionNotes {
  const closing = new AbortController();
  /** By source: the notes that are not being written yet. */
  const waiting = new Map<string, Note>();
  const messages = new Counter({
    name: 'hookline_ingest_subscription_messages_total',
    help: 'What providers said of their subscriptions themselves: revoked, disabled, verified, test',
    labelNames: ['provider', 'kind'],
    registers: [metrics],
  });

  const writer = createBatchedWriter<Note>({
    gatherMs: GATHER_MS,
    enough: MAX_BATCH,
    maxItems: MAX_BATCH,
    maxConcurrent: 1,
    signal: closing.signal,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, `${NOT_STORED} yet; trying again`);
    },
    async write(notes) {
      for (const note of notes) if (waiting.get(note.sourceId) === note) waiting.delete(note.sourceId);
      await updateSubscriptions(database, new Map(notes.map(({ sourceId, message }) => [sourceId, message])));
    },
    onRejected({ sourceId }, error) {
      logger.error({ err: error, sourceId }, NOT_STORED);
      return undefined;
    },
    onFailed: (notes, error) => logger.warn({ err: error, sources: notes.length }, NOT_STORED),
  });

  return {
    note(source, { kind, reason = null, type, eventId }) {
      if (source === undefined) return;
      const { id, tenant, provider } = source;
      messages.inc({ provider: provider.id, kind });
      if (kind === 'revoked' || kind === 'disabled') {
        logger.warn(
          { provider: provider.id, tenant, sourceId: id, kind, reason, eventId },
          'source.subscription_lost',
        );
      }
      // A test says nothing about whether the subscription is still active.
      if (kind === 'test') return;
      const message = { kind, reason, type, eventId };
      const note = waiting.get(id);
      if (note) note.message = message;
      else if (writer.pending < MAX_WAITING) {
        const added = { sourceId: id, message };
        waiting.set(id, added);
        writer.add([added]);
      }
    },
    async close() {
      closing.abort();
      await writer.drain();
    },
  };
}
