import { connectBus, decodeEvent } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { onTestFinished } from 'vitest';
import { logger } from './harness.ts';

/** Reads the events of the stream EVENTS, in stream order. The connection closes when the test ends. */
export async function openEvents(natsUrl: string): Promise<(tenant: string) => Promise<HooklineEvent[]>> {
  const bus = await connectBus({ url: natsUrl, name: 'scheduler-test', logger, onClosed: () => {} });
  onTestFinished(() => bus.close());
  // Each message is read once: tests ask until an event is there.
  const read: HooklineEvent[] = [];
  let nextSeq = 1;
  return async (tenant) => {
    const { state } = await bus.manager.streams.info(EVENTS_STREAM);
    for (; nextSeq <= state.last_seq; nextSeq++) {
      const message = await bus.manager.streams.getMessage(EVENTS_STREAM, { seq: nextSeq });
      if (!message || message.subject === STORE_PROBE_SUBJECT) continue;
      read.push(decodeEvent(message.header, message.data));
    }
    return read.filter(({ attributes }) => attributes.tenant === tenant);
  };
}
