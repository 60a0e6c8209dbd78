import { BusError } from '@hookline/bus';
import { type Database, isTransientDatabaseError, retryTransient } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type Incoming, MAX_AGE_DAYS } from './read-message.ts';
import { recordSkipped, type SkippedMessage, toSkipped } from './record-skipped.ts';

export interface RetryOptions {
  database: Database;
  logger: Logger;
  /** The database's clock, by which it makes partitions, in ms since 1970. */
  databaseNowMs: () => number;
  /** Aborted when the process stops: from then on there are no more retries. */
  signal: AbortSignal;
}

/** What the retries of fan-out have in common. */
export const retryCallbacks = ({ logger, signal }: RetryOptions) => ({
  signal,
  onRetry: (error: unknown, attempt: number) =>
    logger.warn(
      { err: error, attempt },
      `fan-out waits for ${isTransientDatabaseError(error) ? 'Postgres' : 'NATS'}`,
    ),
});

/** Retries while Postgres or NATS is unavailable. Other errors are thrown. */
export function retryWhileUnavailable<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
  return retryTransient({ ...retryCallbacks(options), isTransient: isUnavailable }, work);
}

const isUnavailable = (error: unknown) =>
  isTransientDatabaseError(error) || (error instanceof BusError && error.code === 'read_incomplete');

/** Postgres has no partition for the day of an event. */
const NO_PARTITION = '23514';
const DAY_MS = 86_400_000;

/**
 * Writes rows with the given times, in ms since 1970. If the partition of a time is missing, the partitions back to the
 * oldest time are made and the rows are written again: in the journal of ingest an event can have waited for longer
 * than the stream keeps events. Errors are thrown; retries are the caller's.
 */
export async function writeIntoPartitions<T>(
  { database, databaseNowMs, logger }: RetryOptions,
  times: readonly number[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code !== NO_PARTITION) throw error;
    const today = Math.floor(databaseNowMs() / DAY_MS);
    // One more: midnight may pass meanwhile.
    const ages = times.map((time) => today - Math.floor(time / DAY_MS) + 1);
    const days = Math.min(MAX_AGE_DAYS, Math.max(1, ...ages));
    logger.warn(
      { err: error, days },
      'a daily partition is missing; the partitions back to its day are made',
    );
    await database.system('select hookline_create_partitions($1, 7)', [days]);
    return await write();
  }
}

/** The note, as malformed, of an event whose data Postgres refuses. */
export function refuse({ logger }: RetryOptions, incoming: Incoming, error: unknown): SkippedMessage {
  logger.error({ err: error, sequence: incoming.message.seq }, 'Postgres refuses the data of this event');
  return toSkipped(incoming, 'malformed', error instanceof Error ? error.message : String(error));
}

export async function noteSkipped(
  options: RetryOptions & { streamEpoch: string },
  skipped: readonly SkippedMessage[],
): Promise<void> {
  if (skipped.length === 0) return;
  await retryWhileUnavailable(options, () =>
    writeIntoPartitions(options, [options.databaseNowMs()], () =>
      recordSkipped(options.database, options.streamEpoch, skipped),
    ),
  );
}
