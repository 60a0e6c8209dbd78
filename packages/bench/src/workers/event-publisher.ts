// Publishes events directly to the stream, without ingest, so that only delivery is measured.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, connectBus, createEventPublisher } from '@hookline/bus';
import { EVENTS_STREAM, type HooklineEvent, ID_PREFIX } from '@hookline/contracts';
import { monotonicFactory } from 'ulid';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { machineNowMs } from '../machine-clock.ts';
import { makeBody } from '../make-body.ts';
import { serveCommands } from './serve-commands.ts';

export interface PublishOptions {
  tenant: string;
  events: number;
  bodyBytes: number;
}

export interface RateOptions {
  tenant: string;
  types: readonly string[];
  ratePerSecond: number;
  seconds: number;
  bodyBytes: number;
}

const TICK_MS = 5;
/** Lower than the publisher's own limit. */
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
      const event = createEvent(tenant, `bench.${token}`, bodies[n % ENDPOINT_COUNT] as Buffer);
      ids.push(event.attributes.id);
      publisher.publish(event).catch((error: Error) => failures.push(error));
      if (publisher.pendingEvents >= MAX_PENDING) await publisher.drain();
    }
    await publisher.drain();
    publisher.close();
    if (failures[0]) throw failures[0];
    return ids;
  },

  /** Events of these types in turn, at a rate. @returns when each was stored, on the machine's clock, type by type */
  async publishAtRate(options: RateOptions): Promise<Map<string, number>[]> {
    const { tenant, types, ratePerSecond, seconds, bodyBytes } = options;
    const publisher = createEventPublisher(connected(), { deadlineMs: 30_000 });
    const body = makeBody(0, bodyBytes, 'any');
    const storedAtMs = types.map(() => new Map<string, number>());
    const failures: Error[] = [];
    const startMs = machineNowMs();
    const total = Math.round(ratePerSecond * seconds);
    for (let n = 0; n < total; ) {
      const due = Math.min(total, Math.ceil(((machineNowMs() - startMs) / 1_000) * ratePerSecond));
      for (; n < due; n++) {
        const index = n % types.length;
        const event = createEvent(tenant, types[index] as string, body);
        publisher
          .publish(event)
          .then(() => storedAtMs[index]?.set(event.attributes.id, machineNowMs()))
          .catch((error: Error) => failures.push(error));
      }
      await sleep(TICK_MS);
    }
    await publisher.drain();
    publisher.close();
    if (failures[0]) throw failures[0];
    return storedAtMs;
  },

  /** The number of messages in the stream of events. */
  async countStored(): Promise<number> {
    return (await connected().manager.streams.info(EVENTS_STREAM)).state.messages;
  },
};
export type EventPublisherCommands = typeof commands;

function createEvent(tenant: string, type: string, payload: Buffer): HooklineEvent {
  const now = new Date();
  const id = `${ID_PREFIX.event}_${nextUlid(now.getTime())}`;
  const time = now.toISOString();
  const attributes = {
    id,
    type,
    source: '/app',
    time,
    tenant,
    provider: 'app',
    receivedat: time,
    via: 'api' as const,
    dedupekey: id,
  };
  return { attributes, payload };
}

function connected(): Bus {
  if (!bus) throw new Error('connect first');
  return bus;
}

serveCommands(commands);
