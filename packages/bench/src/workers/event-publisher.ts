// Fills the stream with events, past ingest, so that delivery alone is measured.
import { type Bus, connectBus, createEventPublisher } from '@hookline/bus';
import { EVENTS_STREAM, ID_PREFIX } from '@hookline/contracts';
import { monotonicFactory } from 'ulid';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { makeBody } from '../make-body.ts';
import { serveCommands } from './serve-commands.ts';

export interface PublishOptions {
  tenant: string;
  events: number;
  bodyBytes: number;
}

/** Below the publisher's own bound. */
const MAX_PENDING = 5_000;

const nextUlid = monotonicFactory();
let bus: Bus | undefined;

const commands = {
  async connect({ natsUrl }: { natsUrl: string }) {
    bus = await connectBus({
      url: natsUrl,
      name: 'hookline-bench',
      logger: { info() {}, warn: console.warn, error: console.error },
      onClosed: () => process.exit(1),
    });
    return { natsVersion: bus.serverVersion };
  },

  /** Events of type `bench.t00` … `bench.t19` in turn. @returns their ids, once JetStream has stored all of them */
  async publish({ tenant, events, bodyBytes }: PublishOptions): Promise<string[]> {
    const publisher = createEventPublisher(connected(), { deadlineMs: 30_000 });
    const bodies = Array.from({ length: ENDPOINT_COUNT }, (_, index) =>
      makeBody(index, bodyBytes, endpointToken(index)),
    );
    const ids: string[] = [];
    const failures: Error[] = [];
    for (let n = 0; n < events; n++) {
      const token = endpointToken(n % ENDPOINT_COUNT);
      const now = new Date();
      const id = `${ID_PREFIX.event}_${nextUlid(now.getTime())}`;
      ids.push(id);
      const attributes = {
        id,
        type: `bench.${token}`,
        source: '/app',
        time: now.toISOString(),
        tenant,
        provider: 'app',
        receivedat: now.toISOString(),
        via: 'api' as const,
        dedupekey: id,
      };
      publisher
        .publish({ attributes, payload: bodies[n % ENDPOINT_COUNT] as Buffer })
        .catch((error: Error) => failures.push(error));
      if (publisher.pendingEvents >= MAX_PENDING) await publisher.drain();
    }
    await publisher.drain();
    publisher.close();
    if (failures[0]) throw failures[0];
    return ids;
  },

  /** Messages in the stream of events. */
  async countStored(): Promise<number> {
    return (await connected().manager.streams.info(EVENTS_STREAM)).state.messages;
  },
};
export type EventPublisherCommands = typeof commands;

function connected(): Bus {
  if (!bus) throw new Error('connect first');
  return bus;
}

serveCommands(commands);
