import type { HooklineEvent } from '@hookline/contracts';
import { contentOf, type EventContent } from '../events/event-content.ts';

/** The first waiting event with its key. */
export interface PendingEvent {
  readonly id: string;
  readonly content: EventContent;
  /** Resolves when the event is on disk; rejects when it could not be written. */
  readonly written: Promise<void>;
}

/**
 * The waiting events of the journal by their dedupe key. Keys with a window are not included: only delivery knows
 * which event was accepted and so has repeats.
 */
export interface PendingKeys {
  /** The first event with the same key, if it still waits. */
  find(event: HooklineEvent): PendingEvent | undefined;
  /** Has no effect if the key exists already or there are too many keys. */
  add(event: HooklineEvent, written: Promise<void>): void;
  /** Removes events that no longer wait: they were published or never written. */
  forget(events: readonly HooklineEvent[]): void;
}

/** About 50 MB. Beyond this limit, repeats are answered with new ids; JetStream still drops them. */
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

/** No tenant's id contains a space, so no two keys are equal. */
function keyOf({ attributes: { tenant, dedupekey } }: HooklineEvent): string {
  return `${tenant} ${dedupekey}`;
}
