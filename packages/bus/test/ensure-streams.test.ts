import { DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@hookline/contracts';
import { startTestNats, until } from '@hookline/testkit';
import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { millis } from '@nats-io/nats-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bus, connectBus } from '../src/connect-bus.ts';
import { ensureStreams, reportSyncMode, streamIncarnation } from '../src/ensure-streams.ts';
import { createEventPublisher } from '../src/event-publisher.ts';
import { makeEvent } from './support/make-event.ts';
import { createTestLogger, STREAMS, startTestBus } from './support/start-test-bus.ts';

async function connectToFresh(): Promise<Bus> {
  const nats = await startTestNats();
  onTestFinished(() => nats.stop());
  const { logger } = createTestLogger();
  const bus = await connectBus({ url: nats.url, name: 'test', logger, onClosed: () => {} });
  onTestFinished(() => bus.close());
  return bus;
}

async function publishOne(bus: Bus) {
  const publisher = createEventPublisher(bus);
  onTestFinished(() => publisher.close());
  return publisher.publish(makeEvent());
}

describe('ensureStreams', () => {
  it('creates streams that keep every id and refuse events rather than lose them', async () => {
    const bus = await connectToFresh();
    const stream = await ensureStreams(bus, STREAMS);
    const events = await bus.manager.streams.info(EVENTS_STREAM);
    const deadLetters = await bus.manager.streams.info(DEAD_LETTERS_STREAM);
    for (const { config } of [events, deadLetters]) {
      expect(config).toMatchObject({
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.New,
        storage: StorageType.File,
        num_replicas: 1,
        allow_direct: true,
      });
    }
    expect(events.config.subjects).toEqual(['events.>']);
    expect(events.config.allow_atomic ?? false).toBe(bus.supportsAtomicBatches);
    expect(millis(events.config.max_age)).toBe(STREAMS.maxAgeMs);
    expect(millis(events.config.duplicate_window)).toBe(STREAMS.duplicateWindowMs);
    expect(stream).toEqual({ incarnation: streamIncarnation(events), lastSequence: 0 });
  });

  it('is idempotent, keeps stored events, and returns the last sequence of the stream', async () => {
    const bus = await connectToFresh();
    const first = await ensureStreams(bus, STREAMS);
    await publishOne(bus);
    await publishOne(bus);
    const again = await ensureStreams(bus, STREAMS);
    expect(again).toEqual({ incarnation: first.incarnation, lastSequence: 2 });
  });

  it('is safe for several replicas at once, on an empty server', async () => {
    const { nats, bus } = await startTestBus();
    for (const name of [EVENTS_STREAM, DEAD_LETTERS_STREAM]) await bus.manager.streams.delete(name);
    const { logger } = createTestLogger();
    const replicas = await Promise.all(
      Array.from({ length: 4 }, () =>
        connectBus({ url: nats.url, name: 'test', logger, onClosed: () => {} }),
      ),
    );
    onTestFinished(async () => {
      for (const each of replicas) await each.close();
    });
    // Two of the replicas already have the settings of the next release.
    const streams = await Promise.all(
      replicas.map((each, index) =>
        ensureStreams(each, { ...STREAMS, maxBytes: index < 2 ? -1 : 50_000_000 }),
      ),
    );
    expect(new Set(streams.map(({ incarnation }) => incarnation)).size).toBe(1);
  });

  it('updates settings, and never requests a duplicate window longer than the maximum age', async () => {
    const bus = await connectToFresh();
    await ensureStreams(bus, STREAMS);
    const stored = await publishOne(bus);
    await ensureStreams(bus, {
      replicas: 1,
      maxAgeMs: 120_000,
      maxBytes: 1_000_000,
      duplicateWindowMs: 600_000,
    });
    const { config, state } = await bus.manager.streams.info(EVENTS_STREAM);
    expect(config.max_bytes).toBe(1_000_000);
    expect(millis(config.max_age)).toBe(120_000);
    expect(millis(config.duplicate_window)).toBe(120_000);
    expect(state.last_seq).toBe(stored.sequence);
  });

  it('turns a stream that drops old events into one that refuses new ones', async () => {
    const bus = await connectToFresh();
    await bus.manager.streams.add({
      name: EVENTS_STREAM,
      subjects: ['events.>'],
      discard: DiscardPolicy.Old,
    });
    await ensureStreams(bus, STREAMS);
    const { config } = await bus.manager.streams.info(EVENTS_STREAM);
    expect(config).toMatchObject({ discard: DiscardPolicy.New, allow_direct: true });
    expect(config.allow_atomic ?? false).toBe(bus.supportsAtomicBatches);
  });

  it.each([
    { retention: RetentionPolicy.Workqueue, storage: StorageType.File },
    { retention: RetentionPolicy.Limits, storage: StorageType.Memory },
  ])(
    'refuses a stream that would lose events ($retention, $storage) at once as stream_conflict',
    async (wrong) => {
      const bus = await connectToFresh();
      await bus.manager.streams.add({ name: EVENTS_STREAM, subjects: ['events.>'], ...wrong });
      await expect(ensureStreams(bus, STREAMS)).rejects.toMatchObject({
        code: 'stream_conflict',
        message: expect.stringContaining(`retention ${wrong.retention} and storage ${wrong.storage}`),
      });
    },
  );

  it("fails at once if another stream has the events' subjects", async () => {
    const bus = await connectToFresh();
    await bus.manager.streams.add({ name: 'OTHER', subjects: ['events.acme.>'] });
    await expect(ensureStreams(bus, STREAMS)).rejects.toMatchObject({
      code: 'stream_conflict',
      message:
        'the stream EVENTS on events.> with 1 replicas cannot be created: subjects overlap with an existing stream',
    });
  });

  it('fails at once if a single server is asked for three replicas', async () => {
    const bus = await connectToFresh();
    await expect(ensureStreams(bus, { ...STREAMS, replicas: 3 })).rejects.toMatchObject({
      code: 'stream_conflict',
      message: expect.stringContaining('3 replicas'),
    });
  });

  it('waits for a server whose JetStream is still starting', async () => {
    const { nats, bus } = await startTestBus();
    await nats.kill();
    const ensuring = ensureStreams(bus, STREAMS);
    await nats.restart();
    await ensuring;
  });

  it('returns a new incarnation for a stream that was created again, and the same one after restarts and updates', async () => {
    const { nats, bus, stream } = await startTestBus();
    await nats.kill();
    await until(() => !bus.connected);
    await nats.restart();
    await until(() => bus.connected);
    expect((await ensureStreams(bus, { ...STREAMS, maxBytes: 1_000_000 })).incarnation).toBe(
      stream.incarnation,
    );
    await bus.manager.streams.purge(EVENTS_STREAM);
    expect((await ensureStreams(bus, STREAMS)).incarnation).toBe(stream.incarnation);
    await bus.manager.streams.delete(EVENTS_STREAM);
    expect((await ensureStreams(bus, STREAMS)).incarnation).not.toBe(stream.incarnation);
  });
});

describe('reportSyncMode', () => {
  it.each([
    {
      sync: 'always',
      mode: 'always',
      level: 'info',
      says: 'NATS syncs each event to disk before it acknowledges the event',
    },
    { sync: 'default', mode: 'periodic', level: 'warn', says: 'NATS does not sync each event' },
  ] as const)(
    'tells that a server with sync_interval $sync keeps or may lose events in a power cut',
    async (expected) => {
      const nats = await startTestNats({ sync: expected.sync });
      onTestFinished(() => nats.stop());
      const { log, logger } = createTestLogger();
      expect(await reportSyncMode(nats.monitorUrl, logger)).toBe(expected.mode);
      expect(log).toEqual([
        expect.objectContaining({ level: expected.level, message: expect.stringContaining(expected.says) }),
      ]);
    },
  );

  it('logs a warning if it cannot find out, and lets the service start', async () => {
    const { log, logger } = createTestLogger();
    for (const monitorUrl of [undefined, 'http://127.0.0.1:1', 'not a url']) {
      expect(await reportSyncMode(monitorUrl, logger)).toBe('unknown');
    }
    expect(log.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
    for (const { message } of log) expect(message).toContain('NATS_MONITOR_URL');
  });
});
