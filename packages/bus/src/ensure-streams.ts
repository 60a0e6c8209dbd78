import {
  DEAD_LETTERS_STREAM,
  DEAD_LETTERS_SUBJECTS,
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  PUSHES_STREAM,
  PUSHES_SUBJECTS,
} from '@hookline/contracts';
import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Bus, BusLogger } from './connect-bus.ts';
import { BusError } from './errors.ts';
import { isStreamNotFound } from './not-found.ts';

export interface StreamOptions {
  /** 1, or 3 or 5 on a cluster. */
  replicas: number;
  /** Older events are dropped from the stream, not from Postgres. Delivery must have stored them by then. */
  maxAgeMs: number;
  /** -1: no limit. A full stream refuses new events and never drops acknowledged events. */
  maxBytes: number;
  /** JetStream itself drops a repeat within this time. Each id takes about 200 bytes of the server's memory. */
  duplicateWindowMs: number;
}

/**
 * The stream of events. Its incarnation changes when the stream is created again, so that sequences are not confused.
 */
export interface EventsStream {
  incarnation: string;
  lastSequence: number;
}

/**
 * Creates the streams, or updates their settings. Idempotent, and safe when several replicas start at the same time.
 * Retention is `limits`, because work-queue streams forget the ids of acknowledged messages. `discard` is `new`,
 * because a full stream must refuse events rather than lose them.
 * @throws BusError `stream_conflict`: an existing stream or the server prevents it, and a retry cannot succeed
 */
export async function ensureStreams(bus: Bus, options: StreamOptions): Promise<EventsStream> {
  const shared = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    num_replicas: options.replicas,
    allow_direct: true,
  };
  const events = await ensureStream(bus, {
    ...shared,
    name: EVENTS_STREAM,
    subjects: [EVENTS_SUBJECTS],
    max_age: nanos(options.maxAgeMs),
    max_bytes: options.maxBytes,
    duplicate_window: nanos(Math.min(options.duplicateWindowMs, options.maxAgeMs)),
    ...(bus.supportsAtomicBatches ? { allow_atomic: true } : {}),
  });
  await ensureStream(bus, {
    ...shared,
    name: PUSHES_STREAM,
    subjects: [PUSHES_SUBJECTS],
    max_age: nanos(options.maxAgeMs),
    max_bytes: options.maxBytes,
    duplicate_window: nanos(Math.min(options.duplicateWindowMs, options.maxAgeMs)),
  });
  await ensureStream(bus, {
    ...shared,
    name: DEAD_LETTERS_STREAM,
    subjects: [DEAD_LETTERS_SUBJECTS],
    max_age: nanos(30 * 86_400_000),
    duplicate_window: nanos(600_000),
  });
  return { incarnation: streamIncarnation(events), lastSequence: events.state.last_seq };
}

/** The time of the stream's creation, in milliseconds, in base 36. */
export function streamIncarnation(info: StreamInfo): string {
  return Date.parse(info.created).toString(36);
}

async function ensureStream(
  bus: Bus,
  config: Partial<StreamConfig> & { name: string; subjects: string[] },
): Promise<StreamInfo> {
  for (let attempt = 1; ; attempt++) {
    try {
      const existing = await bus.manager.streams.info(config.name).catch((error: unknown) => {
        if (isStreamNotFound(error)) return undefined;
        throw error;
      });
      if (!existing) return await bus.manager.streams.add(config);
      if (existing.config.retention !== config.retention || existing.config.storage !== config.storage) {
        throw new BusError(
          'stream_conflict',
          `the stream ${config.name} exists with retention ${existing.config.retention} and storage ${existing.config.storage}; Hookline needs ${config.retention} and ${config.storage}. Rename or remove that stream.`,
        );
      }
      return await bus.manager.streams.update(config.name, config);
    } catch (error) {
      if (error instanceof BusError) throw error;
      if (PERMANENT_REFUSALS.has((error as { code?: unknown }).code)) {
        throw new BusError(
          'stream_conflict',
          `the stream ${config.name} on ${config.subjects} with ${config.num_replicas} replicas cannot be created: ${(error as Error).message}`,
          { cause: error },
        );
      }
      // A server that has just started, or a cluster that is electing a leader, refuses for a moment.
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * Math.min(attempt, 4)));
    }
  }
}

/** Another stream has the subjects, the server is no cluster, or the settings contradict each other. */
const PERMANENT_REFUSALS = new Set<unknown>([10065, 10074, 10052]);

/**
 * `always`: acknowledged events are on disk; `periodic`: they may be in the page cache; `unknown`: could not be found
 * out.
 */
export type SyncMode = 'always' | 'periodic' | 'unknown';

/**
 * Logs and returns whether the server syncs events before it acknowledges them. Without `sync_interval: always` a power
 * cut loses acknowledged events. Only the monitoring port tells, in its field `sync_always`.
 */
export async function reportSyncMode(monitorUrl: string | undefined, logger: BusLogger): Promise<SyncMode> {
  if (!monitorUrl) {
    logger.warn({}, 'it is unknown whether NATS syncs each event: set NATS_MONITOR_URL to check it');
    return 'unknown';
  }
  try {
    const response = await fetch(new URL('/jsz?config=true', monitorUrl), {
      signal: AbortSignal.timeout(3_000),
    });
    const { config } = (await response.json()) as { config?: { sync_always?: boolean } };
    if (config?.sync_always) {
      logger.info({}, 'NATS syncs each event to disk before it acknowledges the event');
      return 'always';
    }
    logger.warn(
      {},
      'NATS does not sync each event (sync_interval is not "always"): a power cut may lose acknowledged events',
    );
    return 'periodic';
  } catch (error) {
    logger.warn({ err: error }, 'could not read from NATS_MONITOR_URL whether NATS syncs each event');
    return 'unknown';
  }
}
