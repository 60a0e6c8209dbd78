import { EVENTS_STREAM, type HooklineEvent } from '@hookline/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../src/connect-bus.ts';
import { createEventPublisher, type PublisherOptions } from '../src/event-publisher.ts';
import { makeEvent, makeEvents } from './support/make-event.ts';
import { countIds, readStream } from './support/read-stream.ts';
import { startTestBus } from './support/start-test-bus.ts';

const WITH_AND_WITHOUT_BATCHES = [
  { how: 'in atomic batches', batches: true },
  { how: 'without batches, as on servers before 2.12', batches: false },
];

async function startPublisher(options: PublisherOptions & { batches?: boolean } = {}) {
  const test = await startTestBus();
  const bus: Bus =
    options.batches === false
      ? Object.create(test.bus, { supportsAtomicBatches: { value: false } })
      : test.bus;
  const publisher = createEventPublisher(bus, options);
  onTestFinished(() => publisher.close());
  return { ...test, publisher };
}

describe.each(WITH_AND_WITHOUT_BATCHES)('publishing $how', ({ batches }) => {
  it('stores each of many concurrent events once, and returns the sequence of the event', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    const events = makeEvents(3_000);
    const answers = await Promise.all(events.map((event) => publisher.publish(event)));
    const stored = await readStream(bus);
    expect(stored.size).toBe(events.length);
    expect(answers.filter(({ duplicate }) => duplicate)).toEqual([]);
    expect(answers.map(({ sequence }) => stored.get(sequence)?.attributes.id)).toEqual(events.map(idOf));
    expect(publisher.pendingEvents).toBe(0);
  });

  it('returns the sequence of each event when two replicas publish at once', async () => {
    const { bus, connect, publisher } = await startPublisher({ batches, maxBatchEvents: 50 });
    const other = createEventPublisher(await connect(), { maxBatchEvents: 70 });
    onTestFinished(() => other.close());
    const events = makeEvents(2_000);
    const answers = await Promise.all(
      events.map((event, index) => (index % 2 === 0 ? publisher : other).publish(event)),
    );
    const stored = await readStream(bus);
    expect(stored.size).toBe(events.length);
    expect(answers.map(({ sequence }) => stored.get(sequence)?.attributes.id)).toEqual(events.map(idOf));
  });

  it('recognises every duplicate and stores every new event among them', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    const first = makeEvents(50);
    const answersToFirst = await Promise.all(first.map((event) => publisher.publish(event)));

    // Repeats of the first round, new events, and repeats of the new events within the same batch.
    const fresh = makeEvents(50);
    const repeatsOfFirst = first.map(repeatOf);
    const repeatsOfFresh = fresh.map(repeatOf);
    const [first2, fresh1, fresh2] = await Promise.all([
      Promise.all(repeatsOfFirst.map((event) => publisher.publish(event))),
      Promise.all(fresh.map((event) => publisher.publish(event))),
      Promise.all(repeatsOfFresh.map((event) => publisher.publish(event))),
    ]);

    const stored = await readStream(bus);
    expect(stored.size).toBe(100);
    expect(first2).toEqual(answersToFirst.map(({ sequence }) => ({ sequence, duplicate: true })));
    for (const [index, answer] of fresh1.entries()) {
      const repeat = fresh2[index];
      // Of two events that are sent at once either may be first, but exactly one is stored.
      expect([answer.duplicate, repeat?.duplicate].sort()).toEqual([false, true]);
      expect(repeat?.sequence).toBe(answer.sequence);
      const kept = answer.duplicate ? repeatsOfFresh[index] : fresh[index];
      expect(stored.get(answer.sequence)).toEqual(asRead(kept));
    }
  });

  it('stores two events with the same dedupe key if their tenants differ', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    // The pairs would be equal if tenant and key were joined without encoding.
    const pairs: [tenant: string, key: string][] = [
      ['a', 'key'],
      ['b', 'key'],
      ['a/k', 'ey'],
      ['a', 'k/ey'],
      ['ä', '%'],
      ['%C3%A4', '%25'],
    ];
    const answers = await Promise.all(
      pairs.map(([tenant, dedupekey]) => publisher.publish(makeEvent({ tenant, dedupekey }))),
    );
    expect(answers.map(({ duplicate }) => duplicate)).toEqual(pairs.map(() => false));
    expect((await readStream(bus)).size).toBe(pairs.length);
  });

  it('encodes text that subjects and headers cannot hold, so that it cannot break out of its header', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    const hostile = 'x\r\nNats-Rollup: all\r\n\r\nPUB events.other 0\r\n * > . ä 😀';
    const events = [
      makeEvent(),
      makeEvent({
        tenant: ' * > . ä 😀 PUB events.other 0',
        dedupekey: hostile,
        source: `${hostile}\ud800`,
        subject: hostile,
        repository: hostile,
      }),
      makeEvent({ dedupekey: '😀'.repeat(200) }),
      makeEvent(),
    ];
    const answers = await Promise.all(events.map((event) => publisher.publish(event)));
    const stored = await readStream(bus);
    expect(stored.size).toBe(events.length);
    for (const [index, { sequence }] of answers.entries()) {
      expect(stored.get(sequence)).toEqual(asRead(events[index]));
    }
  });

  it('rejects an event that no consumer could read, and stores the others', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    const outcomes = await Promise.allSettled(
      [
        makeEvent(),
        makeEvent({ type: 'github.push\r\nPUB events.x 0' }),
        makeEvent({ type: 'github.>' }),
        makeEvent({ type: 'github..push' }),
        makeEvent({ source: '' }),
        makeEvent({ dedupekey: '' }),
        makeEvent({ dedupekey: 'x\0y' }),
        makeEvent({ dedupekey: '\udc00' }),
        makeEvent({ dedupekey: 'x'.repeat(201) }),
        makeEvent({ tenant: 'new\nline' }),
        makeEvent({ tenant: '\ud800' }),
        makeEvent({ tenant: '😀'.repeat(201) }),
        makeEvent({ id: 'evt_1' }),
        makeEvent({ id: 'evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ' }),
        makeEvent({ time: '0000-12-31T23:00:00.000Z' }),
        makeEvent({ receivedat: '+010000-01-01T00:00:00.000Z' }),
        makeEvent({}, new Uint8Array()),
        makeEvent(),
      ].map((event) => publisher.publish(event)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      ...Array(16).fill('rejected'),
      'fulfilled',
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'malformed_event' });
    }
    expect((await readStream(bus)).size).toBe(2);
    expect(publisher.pendingEvents).toBe(0);
  });

  it('stores an event up to the size limit of the server, and rejects a larger event at once with too_large', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    const limit = bus.connection.info?.max_payload ?? 0;
    const near = makeEvent({ subject: 'ä'.repeat(500), dedupekey: '😀'.repeat(200) });
    const size = (bytes: number) => ({ ...near, payload: new Uint8Array(bytes) });
    await expect(publisher.publish(size(limit))).rejects.toMatchObject({ code: 'too_large' });
    // An accepted event must fit: otherwise the client would throw where nothing catches the error.
    let largest = limit;
    for (let bytes = limit; bytes > limit - 20_000; bytes -= 100) {
      const outcome = await publisher
        .publish({
          ...size(bytes),
          attributes: { ...near.attributes, dedupekey: `${'😀'.repeat(190)}${bytes}` },
        })
        .catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'too_large' });
      else {
        largest = bytes;
        break;
      }
    }
    expect(largest).toBeGreaterThan(limit - 10_000);
    expect((await readStream(bus)).size).toBe(1);
  });

  it('rejects headers over 64 KB with too_large, because they cannot be replicated', async () => {
    const { publisher } = await startPublisher({ batches });
    await expect(publisher.publish(makeEvent({ subject: 'x'.repeat(66_000) }))).rejects.toMatchObject({
      code: 'too_large',
    });
    await publisher.publish(makeEvent({ subject: 'x'.repeat(60_000) }));
  });

  it('rejects events beyond its limits with publisher_full, and accepts events again once it has capacity', async () => {
    const { publisher } = await startPublisher({ batches, maxPendingEvents: 10 });
    const taken = makeEvents(10).map((event) => publisher.publish(event));
    expect(publisher.pendingEvents).toBe(10);
    await expect(publisher.publish(makeEvent())).rejects.toMatchObject({ code: 'publisher_full' });
    await Promise.all(taken);
    await publisher.publish(makeEvent());
  });

  it('counts bytes as well as events', async () => {
    const { publisher } = await startPublisher({ batches, maxPendingBytes: 100_000 });
    const large = () => makeEvent({}, new Uint8Array(60_000));
    const first = publisher.publish(large());
    await expect(publisher.publish(large())).rejects.toMatchObject({ code: 'publisher_full' });
    await first;
    await publisher.publish(large());
  });

  it('has settled every earlier event when drain resolves', async () => {
    const { bus, publisher } = await startPublisher({ batches });
    await publisher.drain();
    const settled: unknown[] = [];
    for (const event of makeEvents(500)) void publisher.publish(event).then((stored) => settled.push(stored));
    await Promise.all([publisher.drain(), publisher.drain()]);
    expect(publisher.pendingEvents).toBe(0);
    // The callbacks of the last events run in the same turn of the event loop.
    await Promise.resolve();
    expect(settled).toHaveLength(500);
    expect((await readStream(bus)).size).toBe(500);
  });
});

describe('atomic batches', () => {
  it('need one answer for many events', async ({ skip }) => {
    const { bus, publisher } = await startPublisher();
    skip(!bus.supportsAtomicBatches, `nats-server ${bus.serverVersion} has none`);
    const before = bus.connection.stats().inMsgs;
    await Promise.all(makeEvents(3_000).map((event) => publisher.publish(event)));
    const answers = bus.connection.stats().inMsgs - before;
    // Two answers for each batch: one when it was opened, one when it was stored.
    expect(answers).toBeLessThanOrEqual(2 * (3_000 / 500 + 3));
  });

  it('can be switched off', async () => {
    const { bus, publisher } = await startPublisher({ atomicBatches: false });
    const before = bus.connection.stats().inMsgs;
    await Promise.all(makeEvents(500).map((event) => publisher.publish(event)));
    expect(bus.connection.stats().inMsgs - before).toBe(500);
  });

  it('do not delay a lone event', async () => {
    const { bus, publisher } = await startPublisher();
    const { sequence } = await publisher.publish(makeEvent());
    const message = await bus.manager.streams.getMessage(EVENTS_STREAM, { seq: sequence });
    expect(message?.header.keys().filter((name) => name.startsWith('Nats-Batch'))).toEqual([]);
  });

  it('are not used for a few events, which the server stores faster one by one', async () => {
    const { bus, publisher } = await startPublisher({ minBatchEvents: 5 });
    const headersOf = async (count: number) => {
      const stored = await Promise.all(makeEvents(count).map((event) => publisher.publish(event)));
      const messages = await Promise.all(
        stored.map(({ sequence }) => bus.manager.streams.getMessage(EVENTS_STREAM, { seq: sequence })),
      );
      return messages.map((message) => message?.header.has('Nats-Batch-Id'));
    };
    expect(await headersOf(4)).toEqual(Array(4).fill(false));
    if (bus.supportsAtomicBatches) expect(await headersOf(5)).toEqual(Array(5).fill(true));
  });

  it('are sent one at a time: events that arrive meanwhile make the next batch larger', async ({ skip }) => {
    const { bus, publisher } = await startPublisher();
    skip(!bus.supportsAtomicBatches, `nats-server ${bus.serverVersion} has none`);
    const before = bus.connection.stats().inMsgs;
    const publishing = makeEvents(20).map((event) => publisher.publish(event));
    await new Promise(setImmediate);
    for (let turn = 0; turn < 10; turn++) {
      publishing.push(...makeEvents(20).map((event) => publisher.publish(event)));
    }
    await Promise.all(publishing);
    // Two answers for the first twenty, two for the rest.
    expect(bus.connection.stats().inMsgs - before).toBe(4);
  });

  it('respect the configured limits and the limit of the server', async () => {
    const { bus, publisher } = await startPublisher({ maxBatchEvents: 5_000, maxBatchesInFlight: 1 });
    await Promise.all(makeEvents(2_500).map((event) => publisher.publish(event)));
    expect(countIds(await readStream(bus)).size).toBe(2_500);
  });

  it('can hold large events', async () => {
    const { bus, publisher } = await startPublisher();
    const events = Array.from({ length: 12 }, () => makeEvent({}, new Uint8Array(1_000_000)));
    await Promise.all(events.map((event) => publisher.publish(event)));
    expect((await readStream(bus)).size).toBe(12);
  });
});

function idOf(event: HooklineEvent): string {
  return event.attributes.id;
}

/** A repeat of an event: a new id, the same dedupe key. */
function repeatOf(event: HooklineEvent): HooklineEvent {
  return makeEvent({ dedupekey: event.attributes.dedupekey });
}

function asRead(event: HooklineEvent | undefined) {
  const attributes = Object.fromEntries(
    Object.entries(event?.attributes ?? {}).map(([name, value]) => [name, value.toWellFormed()]),
  );
  return { attributes, payload: Buffer.from(event?.payload ?? []) };
}
