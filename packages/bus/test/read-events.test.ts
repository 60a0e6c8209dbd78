import { EVENTS_STREAM, EVENTS_SUBJECTS, tenantEventsSubject } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { describe, expect, it } from 'vitest';
import { createEventPublisher } from '../src/event-publisher.ts';
import { type ReadOptions, readEvents } from '../src/follow-events.ts';
import { makeEvents } from './support/make-event.ts';
import { startTestBus, type TestBus, withFrozenNats } from './support/start-test-bus.ts';

/** A stream with that many events: odd sequences belong to `acme`, even ones to `other`. */
async function startWithEvents(count: number): Promise<TestBus> {
  const test = await startTestBus();
  await publish(test, count);
  return test;
}

async function publish({ bus }: TestBus, count: number): Promise<void> {
  const publisher = createEventPublisher(bus);
  const events = makeEvents(count).map((event, index) => {
    return { ...event, attributes: { ...event.attributes, tenant: index % 2 === 0 ? 'acme' : 'other' } };
  });
  await Promise.all(events.map((event) => publisher.publish(event)));
  publisher.close();
}

async function read(test: TestBus, options: Partial<ReadOptions> = {}) {
  const seen: number[] = [];
  const result = await readEvents(test.bus, {
    from: 1,
    to: 1_000_000,
    subject: EVENTS_SUBJECTS,
    limit: 1_000_000,
    ...options,
    onMessage: (message) => {
      seen.push(message.seq);
      return options.onMessage?.(message) ?? true;
    },
  });
  expect(result.count).toBeLessThanOrEqual(seen.length);
  return { ...result, seen };
}

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

describe('reading a range of events', () => {
  it.each([
    { what: 'all', from: 1, to: 600, expected: range(1, 600) },
    { what: 'one', from: 7, to: 7, expected: [7] },
    { what: 'the middle', from: 100, to: 500, expected: range(100, 500) },
    { what: 'up to beyond the end', from: 590, to: 10_000, expected: range(590, 600) },
    { what: 'from before the beginning', from: -5, to: 3, expected: [1, 2, 3] },
    { what: 'nothing: the end is before the beginning', from: 8, to: 7, expected: [] },
    { what: 'nothing: all of it is still to come', from: 601, to: 700, expected: [] },
  ])('brings both ends and all between, once and in order: $what', async ({ from, to, expected }) => {
    const test = await startWithEvents(600);
    expect(await read(test, { from, to })).toEqual({
      seen: expected,
      count: expected.length,
      complete: true,
    });
  });

  it('reads only events with the subject, and does not wait for more than the stream has', async () => {
    const test = await startWithEvents(601);
    const subject = tenantEventsSubject('other');
    expect(await read(test, { subject })).toEqual({ seen: range(2, 600, 2), count: 300, complete: true });
    expect(await read(test, { subject, from: 3, to: 3 })).toEqual({ seen: [], count: 0, complete: true });
    expect(await read(test, { subject: tenantEventsSubject('nobody') })).toEqual({
      seen: [],
      count: 0,
      complete: true,
    });
  });

  it('is complete if the range has exactly as many events as the limit, and incomplete with one more', async () => {
    const test = await startWithEvents(20);
    expect(await read(test, { to: 10, limit: 10 })).toMatchObject({ count: 10, complete: true });
    expect(await read(test, { to: 20, limit: 20 })).toMatchObject({ count: 20, complete: true });
    expect(await read(test, { to: 11, limit: 10 })).toEqual({
      seen: range(1, 10),
      count: 10,
      complete: false,
    });
    expect(await read(test, { limit: 0 })).toEqual({ seen: [], count: 0, complete: false });
  });

  it('ends when its callback says so, and reports that it is incomplete', async () => {
    const test = await startWithEvents(20);
    expect(await read(test, { onMessage: ({ seq }) => seq < 4 })).toEqual({
      seen: [1, 2, 3, 4],
      count: 3,
      complete: false,
    });
  });

  it('reads the remaining events if some at the start or in the middle were dropped', async () => {
    const test = await startWithEvents(20);
    await test.bus.manager.streams.purge(EVENTS_STREAM, { seq: 6 });
    await test.bus.manager.streams.deleteMessage(EVENTS_STREAM, 10);
    expect(await read(test)).toMatchObject({ seen: [...range(6, 9), ...range(11, 20)], complete: true });
    expect(await read(test, { to: 5 })).toMatchObject({ seen: [], complete: true });
    expect(await read(test, { from: 10, to: 10 })).toMatchObject({ seen: [], complete: true });
  });

  it('is complete for an empty stream', async () => {
    const test = await startTestBus();
    expect(await read(test)).toEqual({ seen: [], count: 0, complete: true });
  });

  it('ends when the rest of the range is purged while it reads', async () => {
    const test = await startWithEvents(2_000);
    let purging: Promise<unknown> | undefined;
    const startedAt = performance.now();
    const { seen, complete } = await read(test, {
      onMessage: () => {
        purging ??= test.bus.manager.streams.purge(EVENTS_STREAM);
        return true;
      },
    });
    await purging;
    expect(complete).toBe(true);
    expect(seen.length).toBeLessThan(2_000);
    expect(seen).toEqual(range(1, seen.length));
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('does not read events that are published while it reads', async () => {
    const test = await startWithEvents(300);
    let publishing: Promise<void> | undefined;
    const { seen, complete } = await read(test, {
      to: 300,
      onMessage: () => {
        publishing ??= publish(test, 300);
        return true;
      },
    });
    await publishing;
    expect({ seen, complete }).toEqual({ seen: range(1, 300), complete: true });
  });

  it('works concurrently with other reads', async () => {
    const test = await startWithEvents(1_000);
    const results = await Promise.all(
      range(1, 8).map((from) => read(test, { from: from * 100, to: from * 100 + 99 })),
    );
    expect(results.map(({ seen }) => seen)).toEqual(
      range(1, 8).map((from) => range(from * 100, from * 100 + 99)),
    );
  });

  it('rejects with read_incomplete when NATS stops answering', async () => {
    const test = await startWithEvents(2_000);
    let freeze: () => void = () => {};
    const frozen = new Promise<void>((resolve) => {
      freeze = resolve;
    });
    const reading = read(test, {
      timeoutMs: 1_500,
      onMessage: () => {
        process.kill(test.nats.pid, 'SIGSTOP');
        freeze();
        return true;
      },
    });
    const outcome = expect(reading).rejects.toMatchObject({ code: 'read_incomplete' });
    await frozen;
    try {
      await outcome;
    } finally {
      process.kill(test.nats.pid, 'SIGCONT');
    }
    await until(async () => (await read(test)).seen.length === 2_000);
  });

  it('rejects within its time limit when NATS does not answer at all', async () => {
    const test = await startWithEvents(10);
    await withFrozenNats(test.nats, async () => {
      const startedAt = performance.now();
      await expect(read(test, { timeoutMs: 500 })).rejects.toMatchObject({ code: 'read_incomplete' });
      expect(performance.now() - startedAt).toBeLessThan(7_000);
    });
  });

  it('reads everything or rejects with read_incomplete when NATS is killed and restarted while it reads', async () => {
    const test = await startWithEvents(2_000);
    let restarting: Promise<void> | undefined;
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const reading = read(test, {
      onMessage: () => {
        ask();
        restarting ??= test.nats.kill().then(() => test.nats.restart());
        return true;
      },
    }).catch((error: unknown) => error as Error);
    await asked;
    const outcome = await reading;
    await restarting;
    // All events may have arrived before the kill, or only a part; a part is never reported as complete.
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'read_incomplete' });
    else expect(outcome).toEqual({ seen: range(1, 2_000), count: 2_000, complete: true });
    await until(async () => (await read(test)).seen.length === 2_000);
  });

  it('rejects with the unchanged error of its callback', async () => {
    const test = await startWithEvents(3);
    const error = new Error('no');
    const failing = () => {
      throw error;
    };
    await expect(read(test, { onMessage: failing })).rejects.toBe(error);
  });

  it('leaves no consumer on the server', async () => {
    const test = await startWithEvents(600);
    await read(test);
    await read(test, { limit: 5 });
    await read(test, { from: 5_000 });
    await until(async () => {
      const { state } = await test.bus.manager.streams.info(EVENTS_STREAM);
      return state.consumer_count === 0;
    });
  });
});
