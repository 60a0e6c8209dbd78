import { createBatchedWriter, type Database } from '@hookline/db';
import { Counter, type Logger, type Registry } from '@hookline/service';
import { insertRejections } from '../sql/insert-rejections.ts';
import { trimRejections } from '../sql/trim-rejections.ts';
import type { RejectionRecord } from './rejection-record.ts';

export interface RejectionRecorder {
  /** Stores the record soon, or drops and counts it if too many records wait. Never waits, never throws. */
  record(record: RejectionRecord): void;
  /** Counts a record that was not made, because its address has used up its budget. */
  skip(): void;
  /** Writes the records that wait, and ends. */
  close(): Promise<void>;
}

const GATHER_MS = 200;
const MAX_BATCH = 200;
/** At 2 KB of body and at most some KB of headers each: about 10 MB. */
const MAX_WAITING = 2_000;

/**
 * Writes rejections in batches, apart from the requests they are about. A rejection is a help for people, not the
 * record of an accepted event: while Postgres is unavailable 2,000 wait, and further rejections are dropped and
 * counted.
 * @param keepPerSource how many of one source and code stay; beyond it the oldest are deleted
 */
export function createRejectionRecorder(
  database: Database,
  metrics: Registry,
  logger: Logger,
  keepPerSource: number,
): RejectionRecorder {
  const closing = new AbortController();
  /** How many of each source were written since its old ones were last deleted. */
  const untrimmed = new Map<string, number>();
  const kept = new Counter({
    name: 'hookline_ingest_rejections_kept_total',
    help: 'Refused and repeated requests that were recorded for /api/rejections',
    registers: [metrics],
  });
  const dropped = new Counter({
    name: 'hookline_ingest_rejections_dropped_total',
    help: 'Refused and repeated requests that were not recorded: too many of one source, or Postgres was unavailable',
    labelNames: ['reason'],
    registers: [metrics],
  });

  const writer = createBatchedWriter<RejectionRecord>({
    gatherMs: GATHER_MS,
    enough: MAX_BATCH,
    maxItems: MAX_BATCH,
    maxConcurrent: 1,
    signal: closing.signal,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, 'could not store rejections; trying again');
    },
    write: (batch) => insertRejections(database, batch),
    onWritten: (batch) => kept.inc(batch.length),
    onRejected(record, error) {
      logger.error({ err: error, rejectionId: record.id }, 'could not store a rejection');
      dropped.inc({ reason: 'refused' });
      return undefined;
    },
    onFailed(batch, error) {
      logger.warn({ err: error, lost: batch.length }, 'rejections were lost: Postgres cannot store them');
      dropped.inc({ reason: 'refused' }, batch.length);
    },
    onBatchEnd: trim,
  });

  /** Once for several rejections of a source, so that a source has at most half as many again as `keepPerSource`. */
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
      logger.warn({ err: error }, 'could not delete old rejections; the next rejections will try again'),
    );
  }

  return {
    record(record) {
      if (writer.pending >= MAX_WAITING) dropped.inc({ reason: 'full' });
      else writer.add([record]);
    },
    skip: () => dropped.inc({ reason: 'budget' }),
    async close() {
      closing.abort();
      await writer.drain();
    },
  };
}
