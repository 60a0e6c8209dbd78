// Publishes events of repositories directly to the stream. Their payloads say when they were sent.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, connectBus, createEventPublisher } from '@hookline/bus';
import { ID_PREFIX } from '@hookline/contracts';
import { monotonicFactory } from 'ulid';
import { machineNowMs } from '../machine-clock.ts';
import { serveCommands } from './serve-commands.ts';

export interface FeedRateOptions {
  /** An event is for each of them in turn. */
  repositories: readonly string[];
  ratePerSecond: number;
  seconds: number;
  bodyBytes: number;
}

const TICK_MS = 5;
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

  /** @returns how many were published */
  async publish({ repositories, ratePerSecond, seconds, bodyBytes }: FeedRateOptions): Promise<number> {
    if (!bus) throw new Error('connect first');
    const publisher = createEventPublisher(bus, { deadlineMs: 30_000 });
    const failures: Error[] = [];
    const startMs = machineNowMs();
    const total = Math.max(1, Math.round(ratePerSecond * seconds));
    for (let n = 0; n < total; ) {
      const due = Math.min(total, Math.ceil(((machineNowMs() - startMs) / 1_000) * ratePerSecond));
      for (; n < due; n++) {
        const event = createEvent(repositories[n % repositories.length] as string, bodyBytes);
        publisher.publish(event).catch((error: Error) => failures.push(error));
      }
      await sleep(TICK_MS);
    }
    await publisher.drain();
    publisher.close();
    if (failures[0]) throw failures[0];
    return total;
  },
};
export type FeedPublisherCommands = typeof commands;

function createEvent(repository: string, bodyBytes: number) {
  const now = new Date();
  const id = `${ID_PREFIX.event}_${nextUlid(now.getTime())}`;
  const time = now.toISOString();
  const start = `{"sentAt":${machineNowMs().toFixed(3)},"filler":"`;
  const filler = 'x'.repeat(Math.max(0, bodyBytes - start.length - 2));
  return {
    attributes: {
      id,
      type: 'github.push',
      source: `/github/${repository}`,
      time,
      tenant: 'bench',
      provider: 'github',
      repository,
      receivedat: time,
      via: 'webhook' as const,
      dedupekey: id,
    },
    payload: Buffer.from(`${start}${filler}"}`),
  };
}

serveCommands(commands);
