import type { Bus, EventPublisher, PayloadObjects, StoredEvent } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';

/**
 * Publishes an event, whatever its size: what does not fit into a message leaves its payload in the object store
 * first, and the event carries the key (a claim check).
 * @throws BusError as the publisher does
 */
export type PublishAnySize = (event: HooklineEvent, deadlineMs: number) => Promise<StoredEvent>;

/** What goes in a message. NATS takes 1 MB unless told otherwise, and advises against much more. */
const MAX_INLINE_BYTES = 1_000_000;
/** What an event's headers may take beside its body in a message. */
const HEADER_ROOM_BYTES = 16_384;

export function createPublishAnySize(
  bus: Bus,
  publisher: EventPublisher,
  objects: PayloadObjects,
): PublishAnySize {
  async function publishClaim(
    { attributes, payload }: HooklineEvent,
    deadlineMs: number,
  ): Promise<StoredEvent> {
    const key = attributes.id;
    await objects.put(key, payload, deadlineMs);
    const claim = { attributes: { ...attributes, payloadref: key }, payload: new Uint8Array() };
    return await publisher.publish(claim, { deadlineMs });
  }

  return (event, deadlineMs) => {
    const maxPayload = bus.connection.info?.max_payload ?? MAX_INLINE_BYTES;
    const fits = event.payload.length <= Math.min(MAX_INLINE_BYTES, maxPayload - HEADER_ROOM_BYTES);
    return fits ? publisher.publish(event, { deadlineMs }) : publishClaim(event, deadlineMs);
  };
}
