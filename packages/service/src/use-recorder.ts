import { createBatchedWriter } from '@hookline/db';
import type { Logger } from './logger.ts';

/** Stores when things were last used: each at most once a minute, and many together. */
export interface UseRecorder {
  /** Never waits, never throws. */
  note(id: string): void;
  /** Writes what waits, and ends. */
  close(): Promise<void>;
}

export interface UseRecorderOptions {
  /** What could not be stored, for the log: `when keys were last used`. */
  what: string;
  /** Stores that these were used now. */
  write: (ids: readonly string[]) => Promise<void>;
  logger: Logger;
  /** In ms. Default: the monotonic clock. */
  now?: () => number;
  /** Default 1 s. */
  gatherMs?: number;
}

const INTERVAL_MS = 60_000;
const MAX_BATCH = 1_000;
/** Beyond it, the ones that were noted longest ago are forgotten: they may be written twice in a minute. */
const MAX_REMEMBERED = 10_000;
/** While Postgres is away, no more than this waits. */
const MAX_WAITING = 5_000;

export function createUseRecorder(options: UseRecorderOptions): UseRecorder {
  const { logger, write, gatherMs = 1_000, now = () => performance.now() } = options;
  const notStored = `it could not be stored ${options.what}`;
  const closing = new AbortController();
  /** When each was last noted, the one that was noted longest ago first. */
  const noted = new Map<string, number>();

  const writer = createBatchedWriter<string>({
    gatherMs,
    enough: MAX_BATCH,
    maxItems: MAX_BATCH,
    maxConcurrent: 1,
    signal: closing.signal,
    write,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, `${notStored} yet; trying again`);
    },
    onRejected(_id, error) {
      logger.error({ err: error }, notStored);
      return undefined;
    },
    onFailed: (ids, error) => logger.warn({ err: error, number: ids.length }, notStored),
  });

  return {
    note(id) {
      const time = now();
      const last = noted.get(id);
      if (last !== undefined && time - last < INTERVAL_MS) return;
      if (writer.pending >= MAX_WAITING) return;
      noted.delete(id);
      noted.set(id, time);
      if (noted.size > MAX_REMEMBERED) {
        for (const oldest of noted.keys()) {
          noted.delete(oldest);
          break;
        }
      }
      writer.add([id]);
    },
    async close() {
      closing.abort();
      await writer.drain();
    },
  };
}
