import { isDataRefusal, isTransientDatabaseError } from './errors.ts';
import { type RetryTransientOptions, retryTransient } from './retry-transient.ts';

export interface WriteBatchOptions<Item, Result> extends Pick<RetryTransientOptions, 'onRetry' | 'signal'> {
  /** Writes all the items, or none of them. */
  write: (items: readonly Item[]) => Promise<Result>;
  /** Called after the commit of some of the items. */
  onWritten?: (items: readonly Item[], result: Result) => void;
  /**
   * Called with an item that could not be written, even alone. The error is about the item if isDataRefusal says so;
   * else it may be a defect of ours that only this item meets.
   * @returns an item that is written in its place, once all others are, or undefined
   */
  onRejected: (item: Item, error: unknown) => Item | undefined;
  /**
   * Called with items that were not written because of an error that is not about them: their source must offer them
   * again.
   */
  onFailed: (items: readonly Item[], error: unknown) => void;
}

/** After so many items that failed alone, none of them because of its data, an error is not about items at all. */
const MAX_LONE_FAILURES = 3;

/**
 * Writes a batch so that nothing is lost and one item holds up no other. Each item is written, or ends at `onRejected`
 * or `onFailed`:
 *
 * 1. While Postgres is unavailable, the batch is written again and again. Once `signal` is aborted its items fail
 *    instead.
 * 2. If a batch fails with another error, each half is written by itself, until the items are found that fail alone.
 * 3. If several items fail alone with an error that is not about their data, such as a missing privilege, the rest of
 *    the batch is not taken apart. It fails as a whole.
 */
export async function writeBatch<Item, Result>(
  items: readonly Item[],
  options: WriteBatchOptions<Item, Result>,
): Promise<void> {
  let replacements: Item[] = [];
  let loneFailures = 0;

  async function writePart(part: readonly Item[]): Promise<void> {
    let result: Result;
    try {
      result = await retryTransient(options, async () => await options.write(part));
    } catch (error) {
      await takeApart(part, error);
      return;
    }
    options.onWritten?.(part, result);
  }

  async function takeApart(part: readonly Item[], error: unknown): Promise<void> {
    const isAboutItems = isDataRefusal(error);
    if (isTransientDatabaseError(error) || (!isAboutItems && loneFailures >= MAX_LONE_FAILURES)) {
      options.onFailed(part, error);
      return;
    }
    if (part.length === 1) {
      if (!isAboutItems) loneFailures++;
      const replacement = options.onRejected(part[0] as Item, error);
      if (replacement !== undefined) replacements.push(replacement);
      return;
    }
    const half = Math.ceil(part.length / 2);
    await writePart(part.slice(0, half));
    await writePart(part.slice(half));
  }

  for (let part = items; part.length > 0; ) {
    await writePart(part);
    part = replacements;
    replacements = [];
  }
}
