import {
  DEAD_LETTERS_STREAM,
  DEAD_LETTERS_SUBJECTS,
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
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
  /** Events older than this leave the stream (not Postgres); delivery must have caught up by then. */
  maxAgeMs: number;
  /** -1: no limit of its own. A full stream refuses, it never drops what was acknowledged. */
  maxBytes: number;
  /** A repeat within this time is dropped by JetStream itself. Costs about 200 bytes of the server's memory an id. */
  duplicateWindowMs: number;
}

/** Where the events are: its incarnation changes when the stream is made anew, so that a sequence is not mistaken. */
export interface EventsStream {
  incarnation: string;
  lastSequence: number;
}

/**
 * Makes the streams, or brings their settings up to date. Idempotent; safe when several replicas start at once.
 * `limits` retention, because work-queue streams forget the ids of what they have acknowledged; `discard: new`,
 * because a full stream must say no rather than lose an event.
 * @throws BusError `stream_conflict`: what is there, or the server itself, does not allow it; trying again is no help
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
    name: DEAD_LETTERS_STREAM,
    subjects: [DEAD_LETTERS_SUBJECTS],
    max_age: nanos(30 * 86_400_000),
    duplicate_window: nanos(600_000),
  });
  return { incarnation: streamIncarnation(events), lastSequence: events.state.last_seq };
}

/** Milliseconds of the stream's creation in base 36. */
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
          `the stream ${config.name} on ${config.subjects} with ${config.num_replicas} replicas cannot be had: ${(error as Error).message}`,
          { cause: error },
        );
      }
      // A server that has just started, or a cluster that is electing a leader, says no for a moment.
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * Math.min(attempt, 4)));
    }
  }
}

/** Another stream has the subjects; replicas without a cluster; settings that do not go together. */
const PERMANENT_REFUSALS = new Set<unknown>([10065, 10074, 10052]);

/** `always`: what is acknowledged is on disk; `periodic`: it may be in the page cache; `unknown`: nobody could tell. */
export type SyncMode = 'always' | 'periodic' | 'unknown';

/**
 * Says in the log whether the server syncs what it acknowledges, and returns it: without `sync_interval: always` a
 * power cut loses acknowledged events. Only the monitoring port tells, and there the field that counts is `sync_always`.
 */
export async function reportSyncMode(monitorUrl: string | undefined, logger: BusLogger): Promise<SyncMode> {
  if (!monitorUrl) {
    logger.warn({}, 'whether NATS syncs each event is not known: set NATS_MONITOR_URL to have it checked');
    return 'unknown';
  }
  try {
    const response = await fetch(new URL('/jsz?config=true', monitorUrl), {
      signal: AbortSignal.timeout(3_000),
    });
    const { config } = (await response.json()) as { config?: { sync_always?: boolean } };
    if (config?.sync_always) {
      logger.info({}, 'NATS syncs each event to disk before it acknowledges');
      return 'always';
    }
    logger.warn(
      {},
      'NATS does not sync each event (sync_interval is not "always"): a power cut may lose acknowledged events',
    );
    return 'periodic';
  } catch (error) {
    logger.warn({ err: error }, 'whether NATS syncs each event could not be read from NATS_MONITOR_URL');
    return 'unknown';
  }
}
