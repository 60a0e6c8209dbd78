import { isTransientDatabaseError } from './errors.ts';
import { type WriteBatchOptions, writeBatch } from './write-batch.ts';

export interface BatchedWriterOptions<Item, Result> extends WriteBatchOptions<Item, Result> {
  /** Items gather for so long, or until there are `enough`, before they are written. */
  gatherMs: number;
  enough: number;
  /** The most items of a batch. A group that is larger makes a batch of its own. */
  maxItems: number;
  /** The most bytes of a batch. A group that is larger makes a batch of its own. Default: no limit. */
  maxBytes?: number;
  bytesOf?: (item: Item) => number;
  /** Batches that are written at the same time. Meanwhile the next items gather. */
  maxConcurrent: number;
  /** The number of pending items beyond which `waitForCapacity` waits. Default: no limit. */
  maxPending?: number;
  /** Called when each item of a batch is written, was rejected, or has failed. The batch ends when this resolves. */
  onBatchEnd?: (batch: readonly Item[]) => void | Promise<void>;
}

export interface BatchedWriter<Item> {
  /** Adds items that are written in one batch, unless they have to be taken apart. Never throws. */
  add(group: readonly Item[]): void;
  /** Items that were added and whose batch has not ended. */
  readonly pending: number;
  /** Resolves when no more than `maxPending` items are pending. */
  waitForCapacity(): Promise<void>;
  /** Writes what has gathered at once, and resolves when no item is pending. */
  drain(): Promise<void>;
}

/**
 * Gathers items and writes them to Postgres in batches, by the rule of writeBatch: every item is written, or ends at
 * `onRejected` or `onFailed`. An error in a callback fails its batch.
 */
export function createBatchedWriter<Item, Result = void>(
  options: BatchedWriterOptions<Item, Result>,
): BatchedWriter<Item> {
  const { enough, gatherMs, maxItems, maxBytes, bytesOf, maxConcurrent, maxPending, signal } = options;
  let groups: (readonly Item[])[] = [];
  let gathered = 0;
  let pending = 0;
  let running = 0;
  let gatherTimer: NodeJS.Timeout | undefined;
  let wakeWaiters: (() => void)[] = [];
  /** The error by which Postgres was unavailable when no more retries were wanted. */
  let unavailable: { error: unknown } | undefined;

  function schedule(): void {
    if (gathered === 0 || running >= maxConcurrent) return;
    if (gathered >= enough) flush();
    else gatherTimer ??= setTimeout(flush, gatherMs);
  }

  function flush(): void {
    clearTimeout(gatherTimer);
    gatherTimer = undefined;
    while (gathered > 0 && running < maxConcurrent) void run(takeBatch());
  }

  function takeBatch(): readonly Item[] {
    const batch: Item[] = [];
    let taken = 0;
    let bytes = 0;
    for (const group of groups) {
      if (bytesOf) for (const item of group) bytes += bytesOf(item);
      const isFull = batch.length + group.length > maxItems || (maxBytes !== undefined && bytes > maxBytes);
      if (taken > 0 && isFull) break;
      for (const item of group) batch.push(item);
      taken++;
    }
    groups = groups.slice(taken);
    gathered -= batch.length;
    return batch;
  }

  async function run(batch: readonly Item[]): Promise<void> {
    running++;
    try {
      if (unavailable) options.onFailed(batch, unavailable.error);
      else await writeBatch(batch, batchOptions);
      await options.onBatchEnd?.(batch);
    } catch (error) {
      options.onFailed(batch, error);
    } finally {
      running--;
      pending -= batch.length;
      const waiters = wakeWaiters;
      wakeWaiters = [];
      for (const wake of waiters) wake();
      schedule();
    }
  }

  const batchOptions: WriteBatchOptions<Item, Result> = {
    ...options,
    onFailed(items, error) {
      // Stopping must not wait once more for each batch.
      if (signal?.aborted && isTransientDatabaseError(error)) unavailable = { error };
      options.onFailed(items, error);
    },
  };

  const batchEnded = () => new Promise<void>((resolve) => wakeWaiters.push(resolve));

  return {
    add(group) {
      if (group.length === 0) return;
      groups.push(group);
      gathered += group.length;
      pending += group.length;
      schedule();
    },
    get pending() {
      return pending;
    },
    async waitForCapacity() {
      while (maxPending !== undefined && pending > maxPending) await batchEnded();
    },
    async drain() {
      while (pending > 0) {
        flush();
        await batchEnded();
      }
    },
  };
}
