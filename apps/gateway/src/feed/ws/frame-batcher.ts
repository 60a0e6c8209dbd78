import { setImmediate as nextTurn } from 'node:timers/promises';
import { FEED_BATCH } from '@hookline/contracts';

/** A connection that has just been sent an event: what follows within the window waits, and is sent together. */
export interface BatchedConnection {
  /** Sends what waits. @returns false if nothing did: the connection's next event is sent at once */
  endWindow(): boolean;
}

/** Ends the windows of all connections, by one timer. */
export interface FrameBatcher {
  beginWindow(connection: BatchedConnection): void;
  /** Joins messages to one text: a single message as it is, several as a JSON array. */
  join(messages: readonly Buffer[]): Buffer;
}

/** How many connections are written to before the event loop gets a turn. */
const WRITES_A_TURN = 500;

export function createFrameBatcher(windowMs: number = FEED_BATCH.windowMs): FrameBatcher {
  let connections = new Set<BatchedConnection>();
  let isScheduled = false;
  /** The last joined messages: clients with the same subscriptions are sent the same bytes. */
  let last: { messages: readonly Buffer[]; text: Buffer } | undefined;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(() => void endWindows(), windowMs);
  }

  async function endWindows(): Promise<void> {
    const ending = connections;
    connections = new Set();
    let written = 0;
    for (const connection of ending) {
      if (!connection.endWindow()) continue;
      connections.add(connection);
      written++;
      if (written % WRITES_A_TURN === 0) await nextTurn();
    }
    isScheduled = false;
    last = undefined;
    if (connections.size > 0) schedule();
  }

  return {
    beginWindow(connection) {
      connections.add(connection);
      schedule();
    },
    join(messages) {
      const [first] = messages;
      if (first && messages.length === 1) return first;
      if (last && isSame(last.messages, messages)) return last.text;
      const parts = messages.flatMap((message, index) => [index === 0 ? OPEN : COMMA, message]);
      const text = Buffer.concat([...parts, CLOSE]);
      last = { messages, text };
      return text;
    },
  };
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

function isSame(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (const [index, message] of a.entries()) if (message !== b[index]) return false;
  return true;
}
