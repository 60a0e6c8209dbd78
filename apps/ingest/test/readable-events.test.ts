import { connectBus, createEventPublisher, decodeEvent } from '@hookline/bus';
import {
  EVENT_TYPE_PATTERN,
  EVENTS_STREAM,
  findEventProblem,
  type HooklineEvent,
  ID_PREFIX,
  isTenant,
  MAX_EVENT_TYPE_LENGTH,
  timestampMs,
} from '@hookline/contracts';
import { createEvent, repeatKeysOf } from '@hookline/providers';
import { createIdFactory } from '@hookline/service';
import { startTestNats, until } from '@hookline/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEvent } from '../src/events/to-event.ts';
import { dedupeKeyOfIdempotencyKey } from '../src/routes/events/idempotency-key.ts';
import { createHarness } from './harness.ts';

/** Any text that a provider's payload may contain. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '\udc00x',
    '..',
    '%00',
    '\r\n',
    'ä'.repeat(2_000),
    '😀'.repeat(1_000),
  ),
);
const optional = fc.option(text, { nil: undefined });
const timeMs = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -62_135_596_800_000,
    -62_135_596_800_001,
    253_402_300_799_999,
    253_402_300_800_000,
    8.64e15,
    -8.64e15,
  ),
);
const tenant = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    fc.constantFrom('😀'.repeat(200), ' '),
  )
  .filter(isTenant);
const payload = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const nextEventId = createIdFactory(ID_PREFIX.event);

const ofProvider = fc
  .record({
    provider: fc.constantFrom('github', 'stripe', 'hmac'),
    type: fc.array(optional, { maxLength: 4 }),
    source: fc.oneof(
      fc.array(optional, { maxLength: 4 }),
      fc.integer({ min: 1, max: 100 }).map((length) => Array(length).fill('😀'.repeat(300))),
    ),
    subject: optional,
    timeMs,
    providerDeliveryId: optional,
    action: optional,
    repository: optional,
    dedupeFields: fc.array(optional, { maxLength: 4 }),
    payload,
    tenant,
  })
  .map(({ tenant, ...description }) => {
    const event = createEvent(description);
    const id = nextEventId(Date.now());
    const [repeatKey] = repeatKeysOf([event], { id: 'none', retries: true }, undefined, 60_000);
    return toEvent(id, {
      type: event.type,
      source: event.source,
      subject: event.subject,
      timeMs: event.timeMs,
      tenant,
      provider: description.provider,
      providerDeliveryId: event.deliveryId,
      action: event.action,
      repository: event.repository,
      via: 'webhook',
      dedupeKey: `${description.provider}:${repeatKey?.key ?? id}`,
      dedupeWindowMs: repeatKey?.windowMs,
      traceparent: undefined,
      receivedAtMs: Date.now(),
      payload: event.payload,
    });
  });

const ofApplication = fc
  .record({
    type: fc
      .stringMatching(new RegExp(EVENT_TYPE_PATTERN))
      .filter((type) => type.length <= MAX_EVENT_TYPE_LENGTH),
    subject: fc.option(fc.string({ unit: 'grapheme', maxLength: 500 }), { nil: undefined }),
    timeMs,
    key: fc.option(fc.stringMatching(/^[\x20-\x7e]{1,255}$/), { nil: undefined }),
    payload,
    tenant,
  })
  .map(({ key, type, ...given }) => {
    const id = nextEventId(Date.now());
    return toEvent(id, {
      ...given,
      type,
      source: '/app',
      provider: 'app',
      via: 'api',
      dedupeKey: dedupeKeyOfIdempotencyKey(key) ?? `app:${id}`,
      traceparent: undefined,
      receivedAtMs: Date.now(),
    });
  });

test('delivery can read every event that ingest publishes, of providers and of applications', async ({
  onTestFinished,
}) => {
  const nats = await startTestNats();
  const silent = { info() {}, warn() {}, error() {} };
  const bus = await connectBus({ url: nats.url, name: 'test', logger: silent, onClosed: () => {} });
  await bus.manager.streams.add({ name: EVENTS_STREAM, subjects: ['events.>'] });
  const publisher = createEventPublisher(bus, { deadlineMs: 20_000 });
  onTestFinished(async () => {
    publisher.close();
    await bus.close();
    await nats.stop();
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(ofProvider, ofApplication), { minLength: 20, maxLength: 20 }),
      async (events) => {
        const stored = await Promise.all(events.map((event) => publisher.publish(event)));
        for (const [index, { sequence, duplicate }] of stored.entries()) {
          if (duplicate) continue;
          const message = await bus.manager.streams.getMessage(EVENTS_STREAM, { seq: sequence });
          const read = decodeEvent(message?.header, message?.data ?? new Uint8Array());
          expect(findEventProblem(read.attributes)).toBeUndefined();
          const { id, tenant, dedupekey, type, time } = (events[index] as HooklineEvent).attributes;
          expect(read.attributes).toMatchObject({ id, tenant, dedupekey, type, time });
          expect(new Date(timestampMs(time)).toISOString()).toBe(time);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('the time of an event is accepted in every form of RFC 3339 that can be stored, and refused in every other form', async () => {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const publish = (time: string) =>
    replica.call('POST', '/api/events', { body: { type: 'a.b', data: 1, time } });
  for (const time of ['0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '2026-02-30T00:00:00Z']) {
    const { status, json } = await publish(time);
    expect([time, status, json.code]).toEqual([time, 400, 'invalid_request']);
  }
  const times = ['0001-01-01T00:00:00Z', '2016-12-31T23:59:60Z', '2020-01-01T12:00:00.123456+02:00'];
  for (const time of times) expect((await publish(time)).status).toBe(202);
  const events = await until(async () => {
    const all = await harness.readEvents();
    return all.length === times.length ? all : undefined;
  });
  expect(events.map(({ attributes }) => attributes.time)).toEqual([
    '0001-01-01T00:00:00.000Z',
    '2017-01-01T00:00:00.000Z',
    '2020-01-01T10:00:00.123Z',
  ]);
});
