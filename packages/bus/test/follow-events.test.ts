import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import type { Bus } from '../src/connect-bus.ts';
import { createEventPublisher } from '../src/event-publisher.ts';
import { followEvents, readEvents } from '../src/follow-events.ts';
import { makeEvents } from './support/make-event.ts';
import { startTestBus, withFrozenNats } from './support/start-test-bus.ts';

async function publish(bus: Bus, count: number, attributes: { tenant?: string } = {}): Promise<void> {
  const publisher = createEventPublisher(bus);
  await Promise.all(makeEvents(count, attributes).map((event) => publisher.publish(event)));
  publisher.close();
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('events are handed over in order, one at a time, across a restart of NATS', async () => {
  const { bus, nats, logger } = await startTestBus();
  await publish(bus, 10);
  const taken: number[] = [];
  let busy = false;
  const following = await followEvents(bus, {
    fromSequence: 6,
    logger,
    onMessage: async ({ seq }) => {
      expect(busy).toBe(false);
      busy = true;
      await new Promise((resolve) => setImmediate(resolve));
      busy = false;
      taken.push(seq);
    },
  });
  await publish(bus, 1_000);
  await nats.kill();
  await nats.restart();
  await until(() => bus.connected);
  await publish(bus, 90);
  await until(() => taken.length >= 1_095);
  await following.stop();
  expect(taken).toEqual(range(6, 1_100));
});

test('a slow follower holds events back in JetStream, not in memory', async () => {
  const { bus, logger } = await startTestBus();
  await publish(bus, 5_000);
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const taken: number[] = [];
  const following = await followEvents(bus, {
    fromSequence: 1,
    logger,
    onMessage: ({ seq }) => {
      taken.push(seq);
      return held;
    },
  });
  await until(() => taken.length === 1);
  // The consumer's place in the stream is what has left the server.
  const consumers = await bus.manager.consumers.list('EVENTS').next();
  expect(consumers[0]?.num_pending).toBeGreaterThan(4_000);
  release();
  await until(() => taken.length === 5_000);
  await following.stop();
});

test('a range is read whole, up to its last sequence, whatever comes after', async () => {
  const { bus } = await startTestBus();
  await publish(bus, 700);
  const read = async (from: number, to: number, options: { subject?: string; limit?: number } = {}) => {
    const sequences: number[] = [];
    const result = await readEvents(bus, {
      from,
      to,
      subject: 'events.acme.>',
      limit: 10_000,
      ...options,
      onMessage: ({ seq }) => sequences.push(seq) > 0,
    });
    return { sequences, ...result };
  };
  expect(await read(1, 650)).toEqual({ sequences: range(1, 650), count: 650, complete: true });
  expect(await read(3, 3)).toEqual({ sequences: [3], count: 1, complete: true });
  expect(await read(4, 3)).toEqual({ sequences: [], count: 0, complete: true });
  expect(await read(600, 900)).toEqual({ sequences: range(600, 700), count: 101, complete: true });
  expect(await read(1, 700, { subject: 'events.other.>' })).toEqual({
    sequences: [],
    count: 0,
    complete: true,
  });
  expect(await read(1, 700, { limit: 300 })).toEqual({
    sequences: range(1, 300),
    count: 300,
    complete: false,
  });
  expect(await read(1, 300, { limit: 300 })).toEqual({
    sequences: range(1, 300),
    count: 300,
    complete: true,
  });
  // It leaves no consumer behind.
  await until(async () => (await bus.manager.consumers.list('EVENTS').next()).length === 0);
});

test('a reading that NATS does not finish is an error, never a short range', async () => {
  const { bus, nats } = await startTestBus();
  await publish(bus, 2_000);
  let frozen: Promise<void> | undefined;
  let release: () => void = () => {};
  const reading = readEvents(bus, {
    from: 1,
    to: 2_000,
    subject: 'events.>',
    limit: 10_000,
    timeoutMs: 1_000,
    onMessage() {
      frozen ??= withFrozenNats(nats, () => new Promise((resolve) => (release = resolve)));
      return true;
    },
  });
  await expect(reading).rejects.toMatchObject({ code: 'read_incomplete' });
  release();
  await frozen;
});
