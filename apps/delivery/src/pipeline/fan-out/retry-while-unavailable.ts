import { BusError } from '@hookline/bus';
import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type Incoming, MAX_AGE_DAYS } from './read-message.ts';
import { recordSkipped, type SkippedMessage, toSkipped } from './record-skipped.ts';

export interface RetryOptions {
  database: Database;
  logger: Logger;
  /** The database's clock, by which it makes partitions, in ms since 1970. */
  databaseNowMs: () => number;
  /** The process is stopping: nothing is waited for any more. */
  signal: AbortSignal;
}

/** Waits for Postgres and NATS while they are away; other errors are the caller's. */
export async function retryWhileUnavailable<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (options.signal.aborted) throw error;
      const waitsFor = isTransientDatabaseError(error) ? 'Postgres' : 'NATS';
      if (waitsFor === 'NATS' && !(error instanceof BusError && error.code === 'read_incomplete'))
        throw error;
      options.logger.warn({ err: error, attempt }, `fan-out waits for ${waitsFor}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
    }
  }
}

/** Postgres has no partition for the day of an event. */
const NO_PARTITION = '23514';
const DAY_MS = 86_400_000;

/**
 * Writes what belongs into the partitions of the given times, in ms since 1970. Where one is missing, those back to
 * the oldest are made, and it is written again: an event can have waited for longer than the stream keeps it, in the
 * journal of ingest.
 */
export async function writeIntoPartitions<T>(
  options: RetryOptions,
  times: readonly number[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await retryWhileUnavailable(options, write);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NO_PARTITION) throw error;
    const today = Math.floor(options.databaseNowMs() / DAY_MS);
    // One more: midnight may pass meanwhile.
    const ages = times.map((time) => today - Math.floor(time / DAY_MS) + 1);
    const days = Math.min(MAX_AGE_DAYS, Math.max(1, ...ages));
    options.logger.warn({ err: error, days }, 'a daily partition is missing; making those back to its day');
    await retryWhileUnavailable(options, () =>
      options.database.system('select hookline_create_partitions($1, 7)', [days]),
    );
    return await retryWhileUnavailable(options, write);
  }
}

/**
 * Whether Postgres refuses the data: classes 22 (data exception), 23 (a constraint) and 54 (a limit, such as the
 * size of an index entry). A missing privilege, a read-only standby or a bug of ours would condemn every message.
 */
function isRefusal(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/**
 * Does something with all of them at once. If Postgres refuses it, it is done with each half, until those are found
 * that it does not take: they hold up nothing else.
 * @returns the results of all parts that were taken
 */
export async function bisectRejected<Item, Result>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<Result>,
  onRefused: (item: Item, error: unknown) => void,
): Promise<Result[]> {
  try {
    return [await work(items)];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only) {
      onRefused(only, error);
      return [];
    }
    const half = Math.ceil(items.length / 2);
    return [
      ...(await bisectRejected(items.slice(0, half), work, onRefused)),
      ...(await bisectRejected(items.slice(half), work, onRefused)),
    ];
  }
}

/** An event that Postgres refuses, to be noted as malformed. */
export function refuse({ logger }: RetryOptions, incoming: Incoming, error: unknown): SkippedMessage {
  logger.error({ err: error, sequence: incoming.message.seq }, 'Postgres does not take this event');
  return toSkipped(incoming, 'malformed', error instanceof Error ? error.message : String(error));
}

export async function noteSkipped(
  options: RetryOptions & { streamEpoch: string },
  skipped: readonly SkippedMessage[],
): Promise<void> {
  if (skipped.length === 0) return;
  await writeIntoPartitions(options, [options.databaseNowMs()], () =>
    recordSkipped(options.database, options.streamEpoch, skipped),
  );
}
