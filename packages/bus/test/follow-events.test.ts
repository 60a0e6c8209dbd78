import { EVENTS_STREAM, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../src/connect-bus.ts';
import { createEventPublisher } from '../src/event-publisher.ts';
import { type FollowOptions, followEvents } from '../src/follow-events.ts';
import type { JsMsg } from '../src/js-msg.ts';
import { makeEvents } from './support/make-event.ts';
import { startTestBus, type TestBus, withFrozenNats } from './support/start-test-bus.ts';

async function publish(bus: Bus, count: number): Promise<void> {
  const publisher = createEventPublisher(bus, { deadlineMs: 20_000 });
  await Promise.all(makeEvents(count).map((event) => publisher.publish(event)));
  publisher.close();
}

async function follow(test: TestBus, options: Partial<FollowOptions> = {}) {
  const seen: number[] = [];
  const following = await followEvents(test.bus, {
    fromSequence: 1,
    logger: test.logger,
    ...options,
    onMessage: (message) => {
      seen.push(message.seq);
      return options.onMessage?.(message);
    },
  });
  onTestFinished(() => following.stop());
  return { following, seen };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('following the events', () => {
  it('passes on every event once and in order, stored events as well as new ones', async () => {
    const test = await startTestBus();
    await publish(test.bus, 1_000);
    const { seen } = await follow(test);
    await publish(test.bus, 1_000);
    await until(() => seen.length >= 2_000);
    expect(seen).toEqual(range(1, 2_000));
  });

  it('passes on messages with bytes of their own, which do not keep the buffers of the client', async () => {
    const test = await startTestBus();
    const messages: JsMsg[] = [];
    await publish(test.bus, 100);
    await follow(test, { onMessage: (message) => void messages.push(message) });
    await until(() => messages.length === 100);
    expect(new Set(messages.map(({ data }) => data.buffer)).size).toBe(100);
    for (const { data, headers } of messages) {
      expect(headers?.get('ce-tenant')).not.toBe('');
      // The headers stand before the body.
      expect(data.byteOffset).toBeGreaterThan(0);
      expect(data.buffer.byteLength).toBe(data.byteOffset + data.length);
    }
  });

  it('begins at the requested sequence, even if it is not stored yet', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const fromMiddle = await follow(test, { fromSequence: 6 });
    const fromEnd = await follow(test, { fromSequence: 11 });
    const fromLater = await follow(test, { fromSequence: 13 });
    await publish(test.bus, 4);
    await until(() => fromMiddle.seen.length + fromEnd.seen.length + fromLater.seen.length === 15);
    expect(fromMiddle.seen).toEqual(range(6, 14));
    expect(fromEnd.seen).toEqual(range(11, 14));
    expect(fromLater.seen).toEqual([13, 14]);
  });

  it('begins at the oldest stored event if earlier events were dropped', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    await test.bus.manager.streams.purge(EVENTS_STREAM, { seq: 5 });
    const { seen } = await follow(test);
    await until(() => seen.length === 6);
    expect(seen).toEqual(range(5, 10));
  });

  it('counts a store probe in its position, and does not give it to the receiver', async () => {
    const test = await startTestBus();
    await publish(test.bus, 2);
    const { seen, following } = await follow(test);
    await test.bus.connection.request(STORE_PROBE_SUBJECT, new Uint8Array(0));
    await until(() => following.position === 3);
    expect(seen).toEqual([1, 2]);
  });

  it('continues after SIGKILL and restart of nats-server, with no event repeated, missing or out of order', async () => {
    const test = await startTestBus();
    await publish(test.bus, 500);
    const { seen } = await follow(test);
    await until(() => seen.length > 100);
    await test.nats.kill();
    await until(() => !test.bus.connected);
    await test.nats.restart();
    await until(() => test.bus.connected);
    await publish(test.bus, 500);
    await until(() => seen.length >= 1_000, { timeoutMs: 15_000 });
    expect(seen).toEqual(range(1, 1_000));
  });

  it('continues after nats-server hung for a while', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const { seen } = await follow(test);
    await until(() => seen.length === 10);
    await withFrozenNats(test.nats, () => Promise.resolve());
    await publish(test.bus, 10);
    await until(() => seen.length === 20);
    expect(seen).toEqual(range(1, 20));
  });

  it('continues after its consumer was removed on the server', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const { seen } = await follow(test);
    await until(() => seen.length === 10);
    for await (const { name } of test.bus.manager.consumers.list(EVENTS_STREAM)) {
      await test.bus.manager.consumers.delete(EVENTS_STREAM, name);
    }
    await publish(test.bus, 10);
    await until(() => seen.length === 20);
    expect(seen).toEqual(range(1, 20));
  });

  it('continues after a purge', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const { seen } = await follow(test);
    await until(() => seen.length === 10);
    await publish(test.bus, 10);
    await until(() => seen.length === 20);
    await test.bus.manager.streams.purge(EVENTS_STREAM);
    await publish(test.bus, 5);
    await until(() => seen.length === 25);
    expect(seen).toEqual(range(1, 25));
  });

  it('waits for its handler, and fetches at most a few hundred events ahead', async () => {
    const test = await startTestBus();
    await publish(test.bus, 3_000);
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { seen } = await follow(test, { onMessage: () => released });
    await until(async () => {
      for await (const { num_pending } of test.bus.manager.consumers.list(EVENTS_STREAM)) {
        return num_pending <= 2_744;
      }
      return false;
    });
    expect(seen).toEqual([1]);
    for await (const { num_pending } of test.bus.manager.consumers.list(EVENTS_STREAM)) {
      expect(num_pending).toBe(3_000 - 256);
    }
    release();
    await until(() => seen.length === 3_000);
    expect(seen).toEqual(range(1, 3_000));
  });

  it('continues after an event whose handler failed', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const { seen } = await follow(test, {
      onMessage: ({ seq }) => {
        if (seq === 5) throw new Error('no');
      },
    });
    await until(() => seen.length === 10);
    expect(seen).toEqual(range(1, 10));
    expect(test.log).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'following the events was interrupted' }),
    );
  });

  it('ends when it is stopped, leaves no consumer on the server, and passes on no more events', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const { following, seen } = await follow(test);
    await until(() => seen.length === 10);
    await following.stop();
    await following.stop();
    await publish(test.bus, 10);
    expect(seen).toHaveLength(10);
  });

  it('can be stopped while nats-server is unavailable', async () => {
    const test = await startTestBus();
    const { following } = await follow(test);
    await test.nats.kill();
    await until(() => !test.bus.connected);
    await following.stop();
  });

  it('can be stopped while it creates a new consumer after a reconnect', async () => {
    const test = await startTestBus();
    const { following } = await follow(test);
    const stopped = new Promise<void>((resolve) => {
      test.bus.onConnectionChange((connected) => {
        // By then it has requested the consumer, and has no answer yet.
        if (connected) setImmediate(() => resolve(following.stop()));
      });
    });
    await test.nats.kill();
    await until(() => !test.bus.connected);
    await test.nats.restart();
    await stopped;
  });
});
