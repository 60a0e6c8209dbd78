import { hash } from 'node:crypto';
import type { HooklineEvent } from '@hookline/contracts';
import type { Bus } from './connect-bus.ts';
import { joinBody } from './event-codec.ts';
import type { EventPublisher, StoredEvent } from './event-publisher.ts';
import type { PayloadObjects } from './payload-objects.ts';

/**
 * Publishes an event of any size. A body that does not fit in a message is stored in the object store first, and the
 * event has its key (a claim check). The same applies to a kept request that several events share.
 * @throws BusError as the publisher does
 */
export type PublishAnySize = (event: HooklineEvent, deadlineMs: number) => Promise<StoredEvent>;

/** Largest body of a message. NATS accepts 1 MB by default and advises against much more. */
const MAX_INLINE_BYTES = 1_000_000;
/** Bytes reserved for an event's headers in a message. */
const HEADER_ROOM_BYTES = 16_384;

/** @param publisherOf one for each stream, because a batch of messages goes to one stream */
export function createPublishAnySize(
  bus: Bus,
  publisherOf: (event: HooklineEvent) => Pick<EventPublisher, 'publish'>,
  objects: PayloadObjects,
): PublishAnySize {
  /** Kept requests that are in the object store or being written to it: their events share the bytes. */
  const puts = new WeakMap<Uint8Array, Promise<void>>();

  async function publishClaim(event: HooklineEvent, deadlineMs: number): Promise<StoredEvent> {
    const key = event.attributes.id;
    await objects.put(key, joinBody(event), deadlineMs);
    const claim = {
      attributes: {
        ...event.attributes,
        payloadref: key,
        payloadhash: hash('sha256', event.payload, 'hex'),
      },
      payload: new Uint8Array(),
    };
    return await publisherOf(event).publish(claim, { deadlineMs });
  }

  function publishWhole(event: HooklineEvent, deadlineMs: number): Promise<StoredEvent> {
    const maxPayload = bus.connection.info?.max_payload ?? MAX_INLINE_BYTES;
    const bytes = event.payload.length + Number(event.attributes.requestbytes ?? 0);
    const fits = bytes <= Math.min(MAX_INLINE_BYTES, maxPayload - HEADER_ROOM_BYTES);
    return fits ? publisherOf(event).publish(event, { deadlineMs }) : publishClaim(event, deadlineMs);
  }

  function putRequest(key: string, request: Uint8Array, deadlineMs: number): Promise<void> {
    const before = puts.get(request);
    if (before !== undefined) return before;
    const put = objects.put(key, request, deadlineMs);
    puts.set(request, put);
    put.catch(() => puts.delete(request));
    return put;
  }

  return (event, deadlineMs) => {
    const { request } = event;
    const { requestref: key } = event.attributes;
    return key === undefined || request === undefined
      ? publishWhole(event, deadlineMs)
      : putRequest(key, request, deadlineMs).then(() => publishWhole(event, deadlineMs));
  };
}
