import { type Bus, connectBus, createEventPublisher, type EventPublisher } from '@hookline/bus';
import { type EventAttributes, ID_PREFIX } from '@hookline/contracts';
import { createIdFactory } from '@hookline/service';

const nextEventId = createIdFactory(ID_PREFIX.event);
const silent = { info() {}, warn() {}, error() {} };

export interface TestPublisher {
  bus: Bus;
  publisher: EventPublisher;
  /** Publishes an event as ingest would; resolves with its id once it is stored. */
  publish(event?: Partial<EventAttributes> & { payload?: Uint8Array | object }): Promise<string>;
  close(): Promise<void>;
}

export async function createTestPublisher(natsUrl: string): Promise<TestPublisher> {
  const bus = await connectBus({ url: natsUrl, name: 'test-publisher', logger: silent, onClosed: () => {} });
  const publisher = createEventPublisher(bus, { deadlineMs: 20_000 });
  return {
    bus,
    publisher,
    async publish({ payload = {}, ...given } = {}) {
      const id = nextEventId();
      const now = new Date().toISOString();
      await publisher.publish({
        attributes: {
          id,
          type: 'github.push',
          source: '/test',
          time: now,
          tenant: 'acme',
          provider: 'github',
          receivedat: now,
          via: 'webhook',
          dedupekey: id,
          ...given,
        },
        payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
      });
      return id;
    },
    async close() {
      publisher.close();
      await bus.close();
    },
  };
}
