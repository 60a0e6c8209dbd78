import { connectBus, decodeEvent } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { onTestFinished } from 'vitest';
import { logger } from './harness.ts';

/** Reads the events of the stream EVENTS, in stream order. The connection closes when the test ends. */
export async function openEvents(natsUrl: string): Promise<(tenant: string) => Promise<HooklineEvent[]>> {
  const bus = await connectBus({ url: natsUrl, name: 'scheduler-test', logger, onClosed: () => {} });
  onTestFinished(() => bus.close());
  return async (tenant) => {
    const { state } = await bus.manager.streams.info(EVENTS_STREAM);
    const events: HooklineEvent[] = [];
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      const message = await bus.manager.streams.getMessage(EVENTS_STREAM, { seq });
      if (!message || message.subject === STORE_PROBE_SUBJECT) continue;
      const event = decodeEvent(message.header, message.data);
      if (event.attributes.tenant === tenant) events.push(event);
    }
    return events;
  };
}
