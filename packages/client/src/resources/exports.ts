import type { OpenAnswer } from '../api/caller.ts';
import { ConnectionFailed, Timeout } from '../errors.ts';

/**
 * An export. Items arrive as they are read, so that memory does not grow with their number. Each use reads from the
 * beginning. It throws `ConnectionFailed` if the answer is cut before its end.
 */
export interface Export<Item> extends AsyncIterable<Item> {
  /**
   * The position after items that have been read, which the gateway gives after every 1,000 items and at the end. Pass it
   * as the query's `cursor` to continue there: an export that was cut, or a complete one with what was stored later.
   */
  readonly cursor: string | undefined;
}

/** The line after every 1,000 items and at the end. */
interface Mark {
  end: boolean;
  /** The number of items before it. */
  count: number;
  cursor: string | null;
}

/** @param open sends the request */
export function createExport<Item>(open: () => Promise<OpenAnswer>): Export<Item> {
  let cursor: string | undefined;
  return {
    get cursor() {
      return cursor;
    },
    async *[Symbol.asyncIterator]() {
      let [count, isComplete] = [0, false];
      for await (const line of readLines(await open())) {
        const value = JSON.parse(line) as Item | Mark;
        if (isMark(value)) {
          if (value.count !== count) throw cut(`has ${count} items where it should have ${value.count}`);
          cursor = value.cursor ?? undefined;
          isComplete = value.end;
        } else {
          count++;
          yield value;
        }
      }
      if (!isComplete) throw cut(`was cut after ${count} items`);
    },
  };
}

const isMark = (value: unknown): value is Mark =>
  typeof (value as Mark | null)?.end === 'boolean' && typeof (value as Mark).count === 'number';

const cut = (what: string, cause?: unknown) =>
  new ConnectionFailed('connection_failed', `The export ${what}: continue at its cursor`, { cause });

/** The whole lines of an answer. A last line without its line break is not one: it may be cut. */
async function* readLines({ body, limit, signal }: OpenAnswer): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Parts of a line that has not ended. They are joined once, so that a long line takes no longer per byte.
  let parts: string[] = [];
  try {
    for (;;) {
      limit.restart();
      const { done, value } = await reader.read();
      limit.stop();
      if (done) return;
      const [first = '', ...rest] = decoder.decode(value, { stream: true }).split('\n');
      parts.push(first);
      for (const next of rest) {
        yield parts.join('');
        parts = [next];
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.signal.aborted) {
      throw new Timeout('timeout', `The export sent nothing for ${limit.ms} ms: continue at its cursor`, {
        cause: error,
      });
    }
    throw cut('was cut', error);
  } finally {
    limit.stop();
    // Ends the request of a loop that was left.
    limit.abort();
  }
}
