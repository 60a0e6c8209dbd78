import { type Database, isTransientDatabaseError } from '@hookline/db';
import { Counter, type Logger, type Registry } from '@hookline/service';
import { insertRejections } from '../sql/insert-rejections.ts';
import { trimRejections } from '../sql/trim-rejections.ts';
import type { RejectionRecord } from './rejection-record.ts';

export interface RejectionRecorder {
  /** Keeps the record soon, or drops and counts it when too many wait. Never waits, never throws. */
  record(record: RejectionRecord): void;
  /** Counts a record that was not made, because its address has had its share. */
  skip(): void;
  /** Writes what waits and ends. */
  close(): Promise<void>;
}

const FLUSH_INTERVAL_MS = 200;
const RETRY_INTERVAL_MS = 2_000;
const MAX_BATCH = 200;
/** At 2 KB of body and at most some KB of headers each: about 10 MB. */
const MAX_WAITING = 2_000;

/**
 * Writes rejections in batches, aside of the requests they are about. They are a help, not the record of what was
 * accepted: while Postgres is away 2,000 wait, and what comes on top is dropped and counted.
 * @param keepPerSource how many of one source and code stay; beyond it the oldest go
 */
export function createRejectionRecorder(
  database: Database,
  metrics: Registry,
  logger: Logger,
  keepPerSource: number,
): RejectionRecorder {
  let waiting: RejectionRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  /** How many of each source were written since its old ones were last deleted. */
  const untrimmed = new Map<string, number>();
  const kept = new Counter({
    name: 'hookline_ingest_rejections_kept_total',
    help: 'Refused and repeated requests that were kept for /api/rejections',
    registers: [metrics],
  });
  const dropped = new Counter({
    name: 'hookline_ingest_rejections_dropped_total',
    help: 'Refused and repeated requests that were not kept: too many of one source, or Postgres could not take them',
    labelNames: ['reason'],
    registers: [metrics],
  });

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
  }

  /** One batch at a time; resolves when nothing waits any more, or Postgres is away. */
  function flush(): Promise<void> {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      try {
        await insertRejections(database, batch);
        kept.inc(batch.length);
        failing = false;
        await trim(batch);
      } catch (error) {
        if (isTransientDatabaseError(error)) {
          if (!failing) logger.warn({ err: error }, 'rejections cannot be kept yet; trying again');
          failing = true;
          schedule(RETRY_INTERVAL_MS);
          return;
        }
        logger.error({ err: error, dropped: batch.length }, 'rejections could not be kept');
        dropped.inc({ reason: 'refused' }, batch.length);
      }
      waiting = waiting.slice(batch.length);
    }
  }

  /** Once for several rejections of a source, so that a source has at most half as many again as it may. */
  async function trim(batch: readonly RejectionRecord[]): Promise<void> {
    const due: string[] = [];
    for (const { sourceId, code } of batch) {
      if (sourceId === null || code === 'duplicate') continue;
      const count = (untrimmed.get(sourceId) ?? 0) + 1;
      untrimmed.set(sourceId, count);
      if (count === Math.ceil(keepPerSource / 2)) due.push(sourceId);
    }
    if (due.length === 0) return;
    for (const sourceId of due) untrimmed.delete(sourceId);
    await trimRejections(database, due, keepPerSource).catch((error: unknown) =>
      logger.warn({ err: error }, 'old rejections could not be deleted; the next ones will try again'),
    );
  }

  return {
    record(record) {
      if (waiting.length >= MAX_WAITING) {
        dropped.inc({ reason: 'full' });
        return;
      }
      waiting.push(record);
      if (waiting.length === MAX_BATCH && !failing) void flush();
      else schedule(FLUSH_INTERVAL_MS);
    },
    skip: () => dropped.inc({ reason: 'budget' }),
    async close() {
      clearTimeout(timer);
      await flush();
      clearTimeout(timer);
      if (waiting.length > 0) logger.warn({ lost: waiting.length }, 'rejections were lost: Postgres is away');
    },
  };
}
