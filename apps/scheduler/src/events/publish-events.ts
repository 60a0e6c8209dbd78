import type { EventPublisher } from '@hookline/bus';
import { type EventVia, type HooklineEvent, ID_PREFIX } from '@hookline/contracts';
import { createIdFactory, type ReceiptClock } from '@hookline/service';

/** The content of an event of the scheduler before it has an id. */
export interface EventDraft {
  tenant: string;
  provider: string;
  type: string;
  source: string;
  subject?: string | undefined;
  action?: string | undefined;
  repository?: string | undefined;
  /** Time of the event in ms since 1970. Undefined: the time at which it is published. */
  timeMs?: number | undefined;
  /** The same for each repetition of the event, and unique within the tenant. */
  dedupeKey: string;
  /** How long the dedupe key counts, in ms. Undefined: as long as events are stored. */
  dedupeWindowMs?: number | undefined;
  providerDeliveryId?: string | undefined;
  via: EventVia;
  /** JSON in UTF-8. */
  payload: Uint8Array;
}

/** How many of the events had been published before, under the same dedupe keys. */
export interface Published {
  duplicates: number;
}

/**
 * Publishes events, and resolves once JetStream has stored all of them.
 * @throws BusError if one of them is not stored; some may be stored then, and all are published again under the same keys
 */
export type PublishEvents = (drafts: readonly EventDraft[]) => Promise<Published>;

const nextEventId = createIdFactory(ID_PREFIX.event);

/** The events are given to the publisher before the call returns, so that their order is that of the calls. */
export function createPublishEvents(
  clock: Pick<ReceiptClock, 'nowMs'>,
  publisher: Pick<EventPublisher, 'publish'>,
): PublishEvents {
  return async (drafts) => {
    if (drafts.length === 0) return { duplicates: 0 };
    const receivedAtMs = clock.nowMs();
    const stored = await Promise.all(
      drafts.map((draft) => publisher.publish(toEvent(nextEventId(receivedAtMs), draft, receivedAtMs))),
    );
    return { duplicates: stored.filter(({ duplicate }) => duplicate).length };
  };
}

function toEvent(id: string, draft: EventDraft, receivedAtMs: number): HooklineEvent {
  const {
    payload,
    timeMs,
    dedupeKey,
    dedupeWindowMs,
    providerDeliveryId,
    subject,
    action,
    repository,
    ...attributes
  } = draft;
  const receivedAt = new Date(receivedAtMs).toISOString();
  return {
    attributes: {
      ...attributes,
      id,
      time: timeMs === undefined ? receivedAt : new Date(timeMs).toISOString(),
      receivedat: receivedAt,
      dedupekey: dedupeKey,
      ...(dedupeWindowMs !== undefined && { dedupewindow: String(dedupeWindowMs) }),
      ...(subject !== undefined && { subject }),
      ...(action !== undefined && { action }),
      ...(repository !== undefined && { repository }),
      ...(providerDeliveryId !== undefined && { deliveryid: providerDeliveryId }),
    },
    payload,
  };
}
