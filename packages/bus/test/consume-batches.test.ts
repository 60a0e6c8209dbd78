import { EVENTS_STREAM } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../src/connect-bus.ts';
import { type BatchConsumerOptions, consumeBatches, type Settlement } from '../src/consume-batches.ts';
import { createEventPublisher } from '../src/event-publisher.ts';
import type { JsMsg } from '../src/index.ts';
import { makeEvents } from './support/make-event.ts';
import { startTestBus, type TestBus, withFrozenNats } from './support/start-test-bus.ts';

const DURABLE = 'delivery';

/** A consumer that records the messages it was given. */
async function startReplica(test: TestBus, options: Partial<BatchConsumerOptions> & { bus?: Bus } = {}) {
  const seen: number[] = [];
  const batches: number[] = [];
  const { bus = test.bus, handle, ...rest } = options;
  const consumer = await consumeBatches(bus, {
    stream: EVENTS_STREAM,
    durable: DURABLE,
    logger: test.logger,
    ...rest,
    handle: async (messages, settlement) => {
      batches.push(messages.length);
      await handle?.(messages, settlement);
      for (const { seq } of messages) seen.push(seq);
      settlement.ack(messages);
    },
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= consumer.stop();
    return stopping;
  };
  onTestFinished(stop);
  return { consumer, stop, seen, batches, distinct: () => new Set(seen).size };
}

async function publish(bus: Bus, count: number, bytes = 2): Promise<void> {
  const publisher = createEventPublisher(bus, { deadlineMs: 20_000 });
  const events = makeEvents(count).map((event) => ({ ...event, payload: new Uint8Array(bytes) }));
  await Promise.all(events.map((event) => publisher.publish(event)));
  publisher.close();
}

async function consumerState(bus: Bus) {
  const info = await bus.manager.consumers.info(EVENTS_STREAM, DURABLE);
  return {
    unacknowledged: info.num_ack_pending,
    undelivered: info.num_pending,
    acknowledgedUpTo: info.ack_floor.stream_seq,
    redelivered: info.num_redelivered,
    waitingPulls: info.num_waiting,
  };
}

/** A promise that the test resolves. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a batch', () => {
  it('holds all messages that have arrived, in order, and no message is delivered twice', async () => {
    const test = await startTestBus();
    await publish(test.bus, 3_000);
    const replica = await startReplica(test);
    await until(() => replica.seen.length >= 3_000);
    expect(replica.seen).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    expect(Math.max(...replica.batches)).toBeLessThanOrEqual(500);
    expect(replica.batches.length).toBeLessThan(300);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 3_000);

    // A lone event is handled at once.
    await publish(test.bus, 1);
    await until(() => replica.seen.length === 3_001);
  });

  it('is acknowledged only after its handler has resolved', async () => {
    const test = await startTestBus();
    const { open, opened } = gate();
    await publish(test.bus, 20);
    const replica = await startReplica(test, { handle: () => opened, maxBatchMessages: 15 });
    await until(() => replica.consumer.buffered === 20);
    await until(() => replica.batches.length === 1);
    expect(await consumerState(test.bus)).toMatchObject({ unacknowledged: 20, acknowledgedUpTo: 0 });
    open();
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 20);
    expect(replica.consumer.buffered).toBe(0);
  });

  it('whose handler rejects is delivered again after about a second, and delays no other batch', async () => {
    const test = await startTestBus();
    await publish(test.bus, 30);
    const failedAt: number[] = [];
    const cameAgainAt: number[] = [];
    const replica = await startReplica(test, {
      maxBatchMessages: 10,
      handle: (messages) => {
        if (!messages.some(({ seq }) => seq === 5)) return Promise.resolve();
        if (failedAt.length > 0) {
          cameAgainAt.push(performance.now());
          return Promise.resolve();
        }
        failedAt.push(performance.now());
        return Promise.reject(new Error('no'));
      },
    });
    await until(() => replica.distinct() === 30);
    expect((cameAgainAt[0] ?? 0) - (failedAt[0] ?? 0)).toBeGreaterThan(900);
    expect((cameAgainAt[0] ?? 0) - (failedAt[0] ?? 0)).toBeLessThan(4_000);
    expect(replica.seen).toHaveLength(30);
    // The other batches did not wait for it.
    expect(replica.seen.slice(0, 20).every((seq) => seq > 10)).toBe(true);
    expect(test.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'messages could not be handled; JetStream delivers them again',
      }),
    );
  });

  it('whose handler throws before it returns a promise is delivered again as well', async () => {
    const test = await startTestBus();
    await publish(test.bus, 1);
    let calls = 0;
    const replica = await startReplica(test, {
      handle: () => {
        if (++calls === 1) throw new Error('no');
        return Promise.resolve();
      },
    });
    await until(() => replica.seen.length === 1);
    expect(calls).toBe(2);
  });

  it('is bounded in bytes, and so is the memory for waiting messages', async () => {
    const test = await startTestBus();
    await publish(test.bus, 60, 100_000);
    const { open, opened } = gate();
    const bytes: number[] = [];
    const replica = await startReplica(test, {
      maxBatchBytes: 1_000_000,
      maxBufferedBytes: 3_000_000,
      handle: async (messages) => {
        bytes.push(messages.reduce((sum, { data }) => sum + data.length, 0));
        await opened;
      },
    });
    await until(() => replica.consumer.buffered >= 20);
    const { unacknowledged } = await consumerState(test.bus);
    expect(unacknowledged).toBeLessThanOrEqual(30);
    open();
    await until(() => replica.distinct() === 60);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1_000_000);
    expect(replica.seen).toHaveLength(60);
  });

  it('holds a message that is larger than its limits alone', async () => {
    const test = await startTestBus();
    await publish(test.bus, 3, 50_000);
    await publish(test.bus, 1, 500_000);
    await publish(test.bus, 3, 50_000);
    const replica = await startReplica(test, { maxBatchBytes: 100_000, maxBufferedBytes: 200_000 });
    await until(() => replica.distinct() === 7);
    expect(replica.seen).toHaveLength(7);
  });
});

describe('memory', () => {
  it('holds no more messages than allowed, however slow the handler and long the backlog', async () => {
    const test = await startTestBus();
    await publish(test.bus, 1_000);
    const { open, opened } = gate();
    const replica = await startReplica(test, {
      maxBatchMessages: 10,
      maxBufferedMessages: 100,
      handle: () => opened,
    });
    await until(() => replica.consumer.buffered >= 75);
    // Other replicas get the backlog.
    const other = await startReplica(test, { bus: await test.connect() });
    await until(() => other.seen.length >= 900);
    expect(replica.consumer.buffered).toBeLessThanOrEqual(100);
    open();
    await until(() => replica.distinct() + other.distinct() === 1_000);
    expect(replica.seen.length + other.seen.length).toBe(1_000);
  });
});

describe('at least once', () => {
  it('holds through SIGKILL and restart of nats-server while events are published and handled', async () => {
    const test = await startTestBus();
    await publish(test.bus, 2_000);
    const replica = await startReplica(test, {
      ackWaitMs: 2_000,
      maxBatchMessages: 50,
      maxBufferedMessages: 400,
      handle: async (messages) => {
        await until(() => true, { everyMs: 1 });
        expect(messages.length).toBeGreaterThan(0);
      },
    });
    await until(() => replica.distinct() > 300);
    await test.nats.kill();
    await until(() => !test.bus.connected);
    await test.nats.restart();
    await publish(test.bus, 500);
    await until(() => replica.distinct() === 2_500, { timeoutMs: 15_000 });
    // Messages whose acknowledgements were lost with the connection are delivered again.
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 2_500, {
      timeoutMs: 15_000,
    });
    expect(await consumerState(test.bus)).toMatchObject({ unacknowledged: 0, undelivered: 0 });
  });

  it('continues within a second of a restart, not only when the next heartbeat is missed', async () => {
    const test = await startTestBus();
    await publish(test.bus, 10);
    const replica = await startReplica(test);
    await until(() => replica.seen.length === 10);
    await test.nats.kill();
    await until(() => !test.bus.connected);
    await test.nats.restart();
    await until(() => test.bus.connected);
    await publish(test.bus, 10);
    const startedAt = performance.now();
    await until(() => replica.distinct() === 20);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it('is exactly once if nats-server only hung for a while', async () => {
    const test = await startTestBus();
    await publish(test.bus, 500);
    const { open, opened } = gate();
    const replica = await startReplica(test, { maxBatchMessages: 50, handle: () => opened });
    await until(() => replica.consumer.buffered === 500);
    await withFrozenNats(test.nats, async () => {
      open();
      await until(() => replica.seen.length === 500);
    });
    await publish(test.bus, 10);
    await until(() => replica.seen.length >= 510);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 510);
    expect(replica.seen).toHaveLength(510);
  });

  it('messages that a dead replica had not settled go to another replica after ack_wait', async () => {
    const test = await startTestBus();
    const dying = await test.connect();
    await publish(test.bus, 40);
    const { open, opened } = gate();
    const dead = await startReplica(test, {
      bus: dying,
      ackWaitMs: 1_000,
      maxBatchMessages: 20,
      handle: () => opened,
    });
    await until(() => dead.consumer.buffered === 40);
    const heir = await startReplica(test, { ackWaitMs: 1_000 });
    await dying.connection.close();
    await until(() => heir.distinct() === 40);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 40);
    expect(dead.seen).toEqual([]);
    // A hung handler that continues afterwards can settle nothing, and does no harm.
    open();
    await dead.stop();
  });

  it('a handler slower than ack_wait keeps its batch and the messages that wait behind it', async () => {
    const test = await startTestBus();
    await publish(test.bus, 40);
    const { open, opened } = gate();
    const replica = await startReplica(test, { ackWaitMs: 600, maxBatchMessages: 20, handle: () => opened });
    const other = await startReplica(test, { bus: await test.connect(), ackWaitMs: 600 });
    await until(() => replica.consumer.buffered + other.seen.length === 40);
    // Extensions of ack_wait: eight of them take more than twice ack_wait.
    const signs = new Map<string, number>();
    const subscription = test.bus.connection.subscribe('$JS.ACK.>', {
      callback: (_error, message) => {
        if (message.string() === '+WPI') signs.set(message.subject, (signs.get(message.subject) ?? 0) + 1);
      },
    });
    await until(() => signs.size > 0 && [...signs.values()].every((count) => count >= 8));
    subscription.unsubscribe();
    expect(signs.size).toBe(replica.consumer.buffered);
    expect((await consumerState(test.bus)).redelivered).toBe(0);
    open();
    await until(() => replica.seen.length + other.seen.length === 40);
    expect(new Set([...replica.seen, ...other.seen]).size).toBe(40);
  });
});

describe('a message that is not settled when its handler resolves', () => {
  it('delays no other message, and is acknowledged when it is settled', async () => {
    const test = await startTestBus();
    const later: { messages: readonly JsMsg[]; settlement: Settlement }[] = [];
    const consumer = await consumeBatches(test.bus, {
      stream: EVENTS_STREAM,
      durable: DURABLE,
      logger: test.logger,
      handle: async (messages, settlement) => {
        settlement.ack(messages.filter(({ seq }) => seq % 2 === 0));
        later.push({ messages, settlement });
      },
    });
    await publish(test.bus, 20);
    await until(async () => (await consumerState(test.bus)).unacknowledged === 10);
    await publish(test.bus, 20);
    await until(async () => (await consumerState(test.bus)).unacknowledged === 20);
    expect(consumer.buffered).toBe(20);
    for (const { messages, settlement } of later) settlement.ack(messages);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 40);
    expect(consumer.buffered).toBe(0);
    await consumer.stop();
  });

  it('is delivered again if it fails later, and no acknowledged message is', async () => {
    const test = await startTestBus();
    const calls: number[][] = [];
    await publish(test.bus, 10);
    const consumer = await consumeBatches(test.bus, {
      stream: EVENTS_STREAM,
      durable: DURABLE,
      logger: test.logger,
      handle: async (messages, settlement) => {
        calls.push(messages.map(({ seq }) => seq));
        const [first, ...rest] = messages;
        settlement.ack(rest);
        setTimeout(() => {
          if (calls.length === 1) settlement.nack(messages, new Error('no'));
          else if (first) settlement.ack([first]);
        }, 20);
      },
    });
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 10);
    expect(calls).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1]]);
    await consumer.stop();
  });

  it('is awaited when the consumer stops', async () => {
    const test = await startTestBus();
    const { open, opened } = gate();
    await publish(test.bus, 3);
    let taken = 0;
    const consumer = await consumeBatches(test.bus, {
      stream: EVENTS_STREAM,
      durable: DURABLE,
      logger: test.logger,
      handle: async (messages, settlement) => {
        taken += messages.length;
        void opened.then(() => settlement.ack(messages));
      },
    });
    // Messages that the server has sent but no handler has got are returned, and not awaited.
    await until(() => taken === 3);
    let isStopped = false;
    const stopping = consumer.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isStopped).toBe(false);
    open();
    await stopping;
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 3);
  });
});

describe('two replicas', () => {
  it('share the messages, and each message is handled once', async () => {
    const test = await startTestBus();
    const first = await startReplica(test, { maxBatchMessages: 20, maxBufferedMessages: 100 });
    const second = await startReplica(test, {
      bus: await test.connect(),
      maxBatchMessages: 20,
      maxBufferedMessages: 100,
    });
    await publish(test.bus, 3_000);
    await until(() => first.seen.length + second.seen.length >= 3_000);
    expect(new Set([...first.seen, ...second.seen]).size).toBe(3_000);
    expect(first.seen.length + second.seen.length).toBe(3_000);
    expect(Math.min(first.seen.length, second.seen.length)).toBeGreaterThan(300);
  });
});

describe('stop', () => {
  it('finishes the batch in hand, returns all other messages at once, and requests no more', async () => {
    const test = await startTestBus();
    await publish(test.bus, 1_500);
    const { open, opened } = gate();
    const leaving = await startReplica(test, { maxBatchMessages: 100, handle: () => opened });
    await until(() => leaving.consumer.buffered === 1_500);
    const staying = await startReplica(test, { bus: await test.connect() });

    // ack_wait is 30 s: a message that another replica gets within moments was returned, and did not time out.
    let stopped = false;
    const stopping = leaving.stop().then(() => {
      stopped = true;
    });
    const unsettled = leaving.batches[0] ?? 0;
    await until(() => staying.seen.length === 1_500 - unsettled, { timeoutMs: 5_000 });
    expect(stopped).toBe(false);
    open();
    await stopping;
    expect(leaving.seen).toHaveLength(unsettled);
    expect(leaving.consumer.buffered).toBe(0);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 1_500);
    expect(new Set([...leaving.seen, ...staying.seen]).size).toBe(1_500);
  });

  it('extends the ack wait of a batch until its handler has settled it', async () => {
    const test = await startTestBus();
    await publish(test.bus, 5);
    const { open, opened } = gate();
    const leaving = await startReplica(test, { ackWaitMs: 600, handle: () => opened });
    await until(() => leaving.batches.length === 1 && leaving.consumer.buffered === 5);
    const staying = await startReplica(test, { bus: await test.connect(), ackWaitMs: 600 });
    const stopping = leaving.stop();
    const startedAt = performance.now();
    await until(() => performance.now() - startedAt > 1_500);
    expect(staying.seen).toEqual([]);
    open();
    await stopping;
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 5);
    expect(staying.seen).toEqual([]);
  });

  it('under load leaves no message that is delivered again only after ack_wait', async () => {
    const test = await startTestBus();
    await publish(test.bus, 5_000);
    const leaving = await startReplica(test, { bus: await test.connect(), maxBatchMessages: 50 });
    await until(() => leaving.seen.length > 0);
    await leaving.stop();
    const staying = await startReplica(test);
    await until(() => leaving.seen.length + staying.seen.length >= 5_000, { timeoutMs: 8_000 });
    expect(new Set([...leaving.seen, ...staying.seen]).size).toBe(5_000);
  });

  it('resolves while nats-server is unavailable', async () => {
    const test = await startTestBus();
    await publish(test.bus, 5);
    const replica = await startReplica(test);
    await until(() => replica.seen.length === 5);
    await test.nats.kill();
    await until(() => !test.bus.connected);
    const startedAt = performance.now();
    await replica.stop();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('can be called twice', async () => {
    const test = await startTestBus();
    const { consumer } = await startReplica(test);
    await Promise.all([consumer.stop(), consumer.stop()]);
  });
});

describe('a consumer that was deleted on the server', () => {
  it('is created again, and unacknowledged messages are delivered again', async () => {
    const test = await startTestBus();
    await publish(test.bus, 20);
    const { open, opened } = gate();
    let calls = 0;
    const replica = await startReplica(test, {
      maxBatchMessages: 5,
      handle: () => (++calls === 1 ? opened : Promise.resolve()),
    });
    await until(() => replica.consumer.buffered === 20);
    await test.bus.manager.consumers.delete(EVENTS_STREAM, DURABLE);
    await until(
      async () =>
        (await consumerState(test.bus)).undelivered + (await consumerState(test.bus)).unacknowledged > 0,
    );
    open();
    await until(() => replica.distinct() === 20);
    await until(async () => (await consumerState(test.bus)).acknowledgedUpTo === 20);
    await publish(test.bus, 5);
    await until(() => replica.distinct() === 25);
  });

  it('with its stream is created again, and an old acknowledgement does not count for a new message', async () => {
    const test = await startTestBus();
    await publish(test.bus, 20);
    const { open, opened } = gate();
    const ids: string[] = [];
    let calls = 0;
    const replica = await startReplica(test, {
      maxBatchMessages: 5,
      handle: async (messages) => {
        if (++calls === 1) return await opened;
        for (const message of messages) ids.push(idOf(message));
      },
    });
    await until(() => replica.consumer.buffered === 20);
    const { config } = await test.bus.manager.streams.info(EVENTS_STREAM);
    await test.bus.manager.streams.delete(EVENTS_STREAM);
    await until(() => test.log.some(({ message }) => message.includes('consumer')));
    await test.bus.manager.streams.add(config);
    const events = makeEvents(20);
    const publisher = createEventPublisher(test.bus);
    await Promise.all(events.map((event) => publisher.publish(event)));
    publisher.close();
    await until(
      async () =>
        (await consumerState(test.bus)).unacknowledged + (await consumerState(test.bus)).acknowledgedUpTo > 0,
    );
    open();
    const wanted = events.map((event) => event.attributes.id);
    await until(() => wanted.every((id) => ids.includes(id)));
  });

  it('does not keep a replica from stopping, and is not created again afterwards', async () => {
    const test = await startTestBus();
    const replica = await startReplica(test);
    await test.bus.manager.streams.delete(EVENTS_STREAM);
    await until(() => test.log.some(({ message }) => message.includes('consumer')));
    const startedAt = performance.now();
    await replica.stop();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await test.bus.manager.streams.add({ name: EVENTS_STREAM, subjects: ['events.>'] });
    await publish(test.bus, 3);
    const heir = await startReplica(test);
    await until(() => heir.distinct() === 3);
    expect((await consumerState(test.bus)).waitingPulls).toBe(1);
  });
});

it('consumeBatches waits for a nats-server that does not answer at the start', async () => {
  const test = await startTestBus();
  await publish(test.bus, 3);
  let starting: ReturnType<typeof startReplica> | undefined;
  await withFrozenNats(test.nats, async () => {
    starting = startReplica(test);
    await until(() => test.log.some(({ message }) => message.includes('has not created the consumer')));
  });
  const replica = await starting;
  await until(() => replica?.distinct() === 3);
});

it('consumeBatches rejects when there is no such stream', async () => {
  const test = await startTestBus();
  await expect(startReplica(test, { stream: 'NONE' })).rejects.toThrow('stream not found');
});

it('a message that is no event is passed on like any other', async () => {
  const test = await startTestBus();
  await test.bus.jetStream.publish('events.x.y', 'hello');
  await publish(test.bus, 1);
  const kinds: string[] = [];
  const replica = await startReplica(test, {
    handle: async (messages) => {
      for (const message of messages) kinds.push(idOf(message));
    },
  });
  await until(() => replica.seen.length === 2);
  expect(kinds[0]).toBe('');
  expect(kinds[1]).toMatch(/^evt_/);
});

function idOf(message: JsMsg): string {
  return message.headers?.get('ce-id') ?? '';
}
