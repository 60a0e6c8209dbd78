import type { Bus, PayloadObjects } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';

/** What makes an event fit into a message. */
export interface PayloadStore {
  /**
   * The event itself where it fits; else one without its payload, which is in the object store from then on and
   * whose key the event carries (a claim check).
   * @throws BusError `not_stored`
   */
  check(event: HooklineEvent, deadlineMs: number): Promise<HooklineEvent>;
}

/** What goes in a message. NATS takes 1 MB unless told otherwise, and advises against much more. */
const MAX_INLINE_BYTES = 1_000_000;
/** What an event's headers may take beside its body in a message. */
const HEADER_ROOM_BYTES = 16_384;

export function createPayloadStore(bus: Bus, objects: PayloadObjects): PayloadStore {
  return {
    async check(event, deadlineMs) {
      const maxPayload = bus.connection.info?.max_payload ?? MAX_INLINE_BYTES;
      if (event.payload.length <= Math.min(MAX_INLINE_BYTES, maxPayload - HEADER_ROOM_BYTES)) return event;
      const key = event.attributes.id;
      await objects.put(key, event.payload, deadlineMs);
      return { attributes: { ...event.attributes, payloadref: key }, payload: new Uint8Array() };
    },
  };
}
