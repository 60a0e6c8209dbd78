import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { SourceSubscription } from '@hookline/db/ingest';
import type { ControlMessage } from '@hookline/providers';
import { Counter, type Logger, type Registry } from '@hookline/service';
import { updateSubscriptions } from '../sql/update-subscriptions.ts';
import type { ActiveSource } from './active-source.ts';

/** What providers say of their subscriptions, kept with the sources. */
export interface SubscriptionNotes {
  /** Keeps it soon. Never waits, never throws. */
  note(source: ActiveSource | undefined, said: Said): void;
  /** Writes what waits and ends. */
  close(): Promise<void>;
}

type Said = ControlMessage & { readonly type: string; readonly eventId: string };

const FLUSH_INTERVAL_MS = 500;
const RETRY_INTERVAL_MS = 5_000;
/** Sources, each with its last message: beyond it the oldest goes, and the event of it is there all the same. */
const MAX_WAITING = 5_000;

export function createSubscriptionNotes(
  database: Database,
  metrics: Registry,
  logger: Logger,
): SubscriptionNotes {
  const waiting = new Map<string, SourceSubscription>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const messages = new Counter({
    name: 'hookline_ingest_subscription_messages_total',
    help: 'What providers said of their subscriptions themselves: revoked, disabled, verified, test',
    labelNames: ['provider', 'kind'],
    registers: [metrics],
  });

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = writing.then(write);
    }, delayMs);
  }

  async function write(): Promise<void> {
    const batch = new Map(waiting);
    if (batch.size === 0) return;
    waiting.clear();
    try {
      await updateSubscriptions(database, batch);
    } catch (error) {
      logger.warn(
        { err: error },
        'what providers said of their subscriptions could not be kept with the sources',
      );
      if (!isTransientDatabaseError(error)) return;
      // What was said since is newer.
      for (const [id, said] of batch) if (!waiting.has(id)) waiting.set(id, said);
      schedule(RETRY_INTERVAL_MS);
    }
  }

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
      // A test says nothing of whether the subscription lives on.
      if (kind === 'test') return;
      waiting.delete(id);
      waiting.set(id, { kind, reason, type, eventId });
      const [oldest] = waiting.keys();
      if (waiting.size > MAX_WAITING && oldest !== undefined) waiting.delete(oldest);
      schedule(FLUSH_INTERVAL_MS);
    },
    async close() {
      clearTimeout(timer);
      writing = writing.then(write);
      await writing;
      clearTimeout(timer);
    },
  };
}
