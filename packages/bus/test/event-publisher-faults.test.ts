import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EVENTS_STREAM, type HooklineEvent } from '@hookline/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Bus, connectBus } from '../src/connect-bus.ts';
import type { BusError } from '../src/errors.ts';
import { createEventPublisher, type PublisherOptions, type StoredEvent } from '../src/event-publisher.ts';
import { makeEvent, makeEvents } from './support/make-event.ts';
import { countIds, readStream } from './support/read-stream.ts';
import { createTestLogger, startTestBus, withFrozenNats } from './support/start-test-bus.ts';

function openPublisher(bus: Bus, options: PublisherOptions = {}) {
  const publisher = createEventPublisher(bus, options);
  onTestFinished(() => publisher.close());
  return publisher;
}

interface Outcome {
  event: HooklineEvent;
  stored?: StoredEvent;
  error?: BusError;
}

async function outcomeOf(event: HooklineEvent, publishing: Promise<StoredEvent>): Promise<Outcome> {
  try {
    return { event, stored: await publishing };
  } catch (error) {
    return { event, error: error as BusError };
  }
}

/**
 * Compares promises with the stream: a resolved event is stored once, at the reported sequence; a rejected event at
 * most once.
 */
async function checkPromises(bus: Bus, outcomes: readonly Outcome[]): Promise<void> {
  const stored = await readStream(bus);
  const counts = countIds(stored);
  const broken = outcomes.filter(({ event, stored: answer, error }) => {
    const count = counts.get(event.attributes.id) ?? 0;
    if (answer) return count !== 1 || stored.get(answer.sequence)?.attributes.id !== event.attributes.id;
    return count > 1 || error?.name !== 'BusError' || error.code !== 'not_stored';
  });
  expect(broken).toEqual([]);
}

describe('nats-server killed with SIGKILL while 2,000 events are being published', () => {
  it.each([
    { how: 'in atomic batches', batches: true },
    { how: 'without batches', batches: false },
  ])('and restarted in time: every one is stored once, $how', async ({ batches }) => {
    const { nats, bus } = await startTestBus({ sync: 'always' });
    const publisher = openPublisher(
      batches ? bus : Object.create(bus, { supportsAtomicBatches: { value: false } }),
      { deadlineMs: 25_000, maxBatchEvents: 100 },
    );
    let resolved = 0;
    const publishing = makeEvents(2_000).map((event) => {
      const promise = publisher.publish(event);
      promise.then(
        () => resolved++,
        () => {},
      );
      return outcomeOf(event, promise);
    });
    // In the middle: some answers have arrived, many have not.
    while (resolved < 200) await nextTurn();
    await nats.kill();
    expect(resolved).toBeLessThan(2_000);
    await nats.restart();
    const outcomes = await Promise.all(publishing);
    await checkPromises(bus, outcomes);
    expect(outcomes.filter(({ error }) => error)).toEqual([]);
    expect((await readStream(bus)).size).toBe(2_000);
  });

  it('and restarted too late for some events: a rejected event is stored at most once, and every promise settles', async () => {
    const { nats, bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 700, maxBatchEvents: 50, maxBatchesInFlight: 1 });
    let settled = 0;
    const publishing = makeEvents(2_000).map((event) =>
      outcomeOf(event, publisher.publish(event)).finally(() => settled++),
    );
    while (settled < 100) await nextTurn();
    await nats.kill();
    const outcomes = await Promise.all(publishing);
    expect(outcomes.some(({ error }) => error)).toBe(true);
    expect(outcomes.some(({ stored }) => stored)).toBe(true);
    expect(publisher.pendingEvents).toBe(0);
    await nats.restart();
    const after = makeEvents(50);
    // The client reconnects. Until then an event may reach its deadline; the test publishes it again.
    const late: Outcome[] = [];
    for (const event of after) {
      let outcome = await outcomeOf(event, publisher.publish(event));
      while (outcome.error) outcome = await outcomeOf(event, publisher.publish(event));
      late.push(outcome);
    }
    await checkPromises(bus, [...outcomes, ...late]);
  });
});

describe('a nats-server that hangs', () => {
  it('and recovers in time loses nothing: every event is stored once', async () => {
    const { nats, bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 20_000 });
    await publisher.publish(makeEvent());
    const events = makeEvents(2_000);
    let publishing: Promise<Outcome>[] = [];
    const { outMsgs: before } = bus.connection.stats();
    await withFrozenNats(nats, async () => {
      publishing = events.map((event) => outcomeOf(event, publisher.publish(event)));
      // Three batches of 500 are in flight. The hang lasts until they count as lost and their events are sent again,
      // one by one.
      while (bus.connection.stats().outMsgs - before < 2_000) await nextTurn();
    });
    const outcomes = await Promise.all(publishing);
    expect(outcomes.filter(({ error }) => error)).toEqual([]);
    await checkPromises(bus, outcomes);
    expect((await readStream(bus)).size).toBe(2_001);
  });

  it('and does not recover: events are rejected with not_stored at the deadline, not an answer time-out later', async () => {
    const { nats, bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 500 });
    await publisher.publish(makeEvent());
    let outcomes: Outcome[] = [];
    await withFrozenNats(nats, async () => {
      const startedAt = performance.now();
      outcomes = await Promise.all(
        makeEvents(700).map((event) => outcomeOf(event, publisher.publish(event))),
      );
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    });
    for (const { error } of outcomes) expect(error).toMatchObject({ code: 'not_stored' });
    expect(publisher.pendingEvents).toBe(0);
    // The server may have stored them nevertheless. Another event is stored as before.
    const next = makeEvent();
    let last = await outcomeOf(next, publisher.publish(next));
    while (last.error) last = await outcomeOf(next, publisher.publish(next));
    await checkPromises(bus, [...outcomes, last]);
  });
});

describe('a stream that is full', () => {
  it('rejects events with not_stored after the deadline, and stores events again once it has capacity', async () => {
    const { bus } = await startTestBus({ streams: { maxBytes: 50_000 } });
    const publisher = openPublisher(bus, { deadlineMs: 600 });
    const payload = new Uint8Array(1_000);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => {
        const event = makeEvent({}, payload);
        return outcomeOf(event, publisher.publish(event));
      }),
    );
    const stored = outcomes.filter((outcome) => outcome.stored);
    expect(stored.length).toBeGreaterThan(10);
    expect(stored.length).toBeLessThan(50);
    await checkPromises(bus, outcomes);

    const waiting = makeEvent({}, payload);
    const patient = openPublisher(bus, { deadlineMs: 20_000 });
    const publishing = patient.publish(waiting);
    await bus.manager.streams.purge(EVENTS_STREAM);
    await publishing;
    await publisher.publish(makeEvent({}, payload));
  });
});

describe('a stream that is unavailable', () => {
  it('is waited for', async () => {
    const { bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 20_000 });
    const { config } = await bus.manager.streams.info(EVENTS_STREAM);
    await bus.manager.streams.delete(EVENTS_STREAM);
    const before = bus.connection.stats().inMsgs;
    const publishing = Promise.all(makeEvents(20).map((event) => publisher.publish(event)));
    // "No responders", once for each event.
    while (bus.connection.stats().inMsgs - before < 20) await nextTurn();
    await bus.manager.streams.add(config);
    await publishing;
    expect((await readStream(bus)).size).toBe(20);
  });
});

describe('close', () => {
  it('rejects pending events, queued or in flight, and refuses later events', async () => {
    const { nats, bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 20_000 });
    await withFrozenNats(nats, async () => {
      const sent = makeEvents(2_000).map((event) => publisher.publish(event));
      const { outMsgs } = bus.connection.stats();
      while (bus.connection.stats().outMsgs === outMsgs) await nextTurn();
      const queued = makeEvents(10).map((event) => publisher.publish(event));
      const drained = publisher.drain();
      publisher.close();
      const outcomes = await Promise.allSettled([...sent, ...queued]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'not_stored' } });
      }
      await drained;
      expect(publisher.pendingEvents).toBe(0);
      await expect(publisher.publish(makeEvent())).rejects.toMatchObject({ code: 'not_stored' });
    });
  });

  it('of the connection settles every promise', async () => {
    const { bus, connect } = await startTestBus();
    const other = await connect();
    const publisher = openPublisher(other, { deadlineMs: 300 });
    const publishing = makeEvents(10).map((event) => outcomeOf(event, publisher.publish(event)));
    await other.connection.close();
    const after = outcomeOf(makeEvent(), publisher.publish(makeEvent()));
    await checkPromises(bus, await Promise.all([...publishing, after]));
  });
});

describe('a server from before 2.12 behind a connection that began on a newer one', () => {
  it('is detected: the answer to the first message of a batch is not taken as the answer to the batch', async () => {
    const server = await startOldServer();
    const { logger } = createTestLogger();
    const bus = await connectBus({ url: server.url, name: 'test', logger, onClosed: () => {} });
    onTestFinished(() => bus.close());
    const newer: Bus = Object.create(bus, { supportsAtomicBatches: { value: true } });
    const publisher = openPublisher(newer, { deadlineMs: 5_000 });
    const answers = await Promise.all(makeEvents(10).map((event) => publisher.publish(event)));
    // The server numbers each message: ten of the batch, which it stored one by one, then the same ten again.
    expect(answers.map(({ sequence }) => sequence)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });
});

/** A minimal NATS server that answers each message with a new sequence, and ignores the headers of batches. */
async function startOldServer(): Promise<{ url: string }> {
  let sequence = 0;
  const server = createServer((socket) => {
    socket.write('INFO {"server_id":"old","version":"2.10.0","headers":true,"max_payload":1048576}\r\n');
    const sids = new Map<string, string>();
    let text = '';
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        const end = text.indexOf('\r\n');
        if (end < 0) return;
        const [verb, ...words] = text.slice(0, end).split(' ');
        const size = verb === 'HPUB' ? Number(words.at(-1)) : -1;
        const length = end + 2 + (size < 0 ? 0 : size + 2);
        if (text.length < length) return;
        text = text.slice(length);
        if (verb === 'PING') socket.write('PONG\r\n');
        else if (verb === 'SUB') sids.set(words[0] ?? '', words.at(-1) ?? '');
        else if (verb === 'HPUB') {
          const answer = JSON.stringify({ stream: EVENTS_STREAM, seq: ++sequence });
          const [, reply] = words;
          const sid = [...sids].find(([subject]) => reply?.startsWith(subject.replace('*', '')))?.[1];
          if (words.length === 4 && sid)
            socket.write(`MSG ${reply} ${sid} ${answer.length}\r\n${answer}\r\n`);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return { url: `nats://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
}

describe.each([
  { direction: 'back', byMs: -3_600_000 },
  { direction: 'forth', byMs: 3_600_000 },
])('while the wall clock is set $direction an hour', ({ byMs }) => {
  it('an event is retried exactly until its deadline', async () => {
    const { nats, bus } = await startTestBus();
    const publisher = openPublisher(bus, { deadlineMs: 1_500 });
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await withFrozenNats(nats, async () => {
      const startMs = performance.now();
      const [event] = makeEvents(1) as [HooklineEvent];
      const publishing = outcomeOf(event, publisher.publish(event));
      vi.setSystemTime(Date.now() + byMs);
      expect((await publishing).error).toMatchObject({ code: 'not_stored' });
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_499);
    });
    expect(publisher.givenUp?.bytes).toBeGreaterThan(0);
  });
});
