import type { HooklineEvent } from '@hookline/contracts';
import { contentOf, type EventContent } from '../events/event-content.ts';

/** An event that waits, as the first with its key. */
export interface PendingEvent {
  readonly id: string;
  readonly content: EventContent;
  /** Resolves when it is on disk; rejects when it could not be written. */
  readonly written: Promise<void>;
}

/**
 * The events that wait in the journal by what a repeat of them is recognised by. Those whose key has a window are not
 * among them: which of them was taken, and so has repeats, only delivery knows.
 */
export interface PendingKeys {
  /** The first event with the same key, if it still waits. */
  find(event: HooklineEvent): PendingEvent | undefined;
  /** Without effect where the key is there already, or too many are. */
  add(event: HooklineEvent, written: Promise<void>): void;
  /** They wait no more: published, or never written. */
  forget(events: readonly HooklineEvent[]): void;
}

/**
 * About 50 MB. Of what comes on top, repeats are answered with ids of their own; that only one is delivered, JetStream
 * sees to.
 */
const MAX_KEYS = 100_000;

export function createPendingKeys(): PendingKeys {
  const byKey = new Map<string, PendingEvent>();
  return {
    find: (event) => (isWindowed(event) ? undefined : byKey.get(keyOf(event))),
    add(event, written) {
      const key = keyOf(event);
      if (isWindowed(event) || byKey.size >= MAX_KEYS || byKey.has(key)) return;
      byKey.set(key, { id: event.attributes.id, content: contentOf(event), written });
    },
    forget(events) {
      for (const event of events) {
        const key = keyOf(event);
        if (byKey.get(key)?.id === event.attributes.id) byKey.delete(key);
      }
    },
  };
}

function isWindowed({ attributes }: HooklineEvent): boolean {
  return attributes.dedupewindow !== undefined;
}

/** No tenant's id holds a space, so no two keys are the same. */
function keyOf({ attributes: { tenant, dedupekey } }: HooklineEvent): string {
  return `${tenant} ${dedupekey}`;
}
