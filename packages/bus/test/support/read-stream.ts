import { EVENTS_STREAM, type HooklineEvent } from '@hookline/contracts';
import { DeliverPolicy } from '@nats-io/jetstream';
import type { Bus } from '../../src/connect-bus.ts';
import { decodeEvent } from '../../src/event-codec.ts';

/** Everything that EVENTS holds, by sequence. */
export async function readStream(bus: Bus): Promise<Map<number, HooklineEvent>> {
  const stored = new Map<number, HooklineEvent>();
  const { messages } = (await bus.manager.streams.info(EVENTS_STREAM)).state;
  if (messages === 0) return stored;
  const consumer = await bus.jetStream.consumers.get(EVENTS_STREAM, { deliver_policy: DeliverPolicy.All });
  const iterator = await consumer.fetch({ max_messages: messages });
  for await (const message of iterator) {
    const event = decodeEvent(message.headers, message.data);
    stored.set(message.seq, { ...event, payload: Buffer.from(event.payload) });
    if (stored.size === messages) break;
  }
  return stored;
}

/** How often each event id is stored. */
export function countIds(stored: ReadonlyMap<number, HooklineEvent>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { attributes } of stored.values())
    counts.set(attributes.id, (counts.get(attributes.id) ?? 0) + 1);
  return counts;
}
