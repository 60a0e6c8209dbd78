import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, waitForRejections } from './harness.ts';

const PATH = '/api/events/batch';

test('the events of one call are stored with the bytes of their data, and answered in the order of the request', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const data = ['{ "id": 9007199254740993, "s": "\\u00e4\\u0000", "a": 1, "a": 2 }', '"text"', '[ 1.0 ]'];
  const answer = await replica.call('POST', PATH, {
    as: 'acme',
    body: `{"events" : [ {"data":${data[0]},"type":"a.b","subject":"s"}, {"type":"a.c","data":0,"data" : ${data[1]}},{"type":"a.d","time":"2026-01-31T13:00:00.5+01:00","data":${data[2]}} ]}`,
  });
  expect([answer.status, answer.json.data.duplicates]).toEqual([202, 0]);
  const ids = answer.json.data.events.map(({ id }: { id: string }) => id);
  const events = await readEvents();
  expect(events.map(({ attributes }) => attributes.id)).toEqual(ids);
  expect(events.map(({ payload }) => Buffer.from(payload).toString())).toEqual(data);
  expect(events.map(({ attributes }) => [attributes.type, attributes.subject, attributes.via])).toEqual([
    ['a.b', 's', 'api'],
    ['a.c', undefined, 'api'],
    ['a.d', undefined, 'api'],
  ]);
  expect(events[2]?.attributes.time).toBe('2026-01-31T12:00:00.500Z');
});

test('a hundred events are accepted in one call, and one more is refused with nothing stored', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (count: number) =>
    replica.call('POST', PATH, {
      as: 'acme',
      body: { events: Array.from({ length: count }, (_, n) => ({ type: 'a.b', data: n })) },
    });
  const refused = await publish(101);
  expect([refused.status, refused.json.details]).toEqual([
    400,
    [{ path: 'body/events', message: expect.stringContaining('1 to 100') }],
  ]);
  expect((await publish(0)).status).toBe(400);
  expect(await readEvents()).toEqual([]);
  const accepted = await publish(100);
  expect(accepted.status).toBe(202);
  const events = await readEvents();
  expect(events.map(({ payload }) => Number(Buffer.from(payload).toString())).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, n) => n),
  );
});

test('a repeat in another call or in the same one is answered with the first event, by the key of either call', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const event = (idempotencyKey: string, data: unknown = 1) => ({ type: 'a.b', data, idempotencyKey });
  const single = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'a.b', data: 1 },
    headers: { 'idempotency-key': 'k1' },
  });
  const first = await replica.call('POST', PATH, {
    as: 'acme',
    body: { events: [event('k1'), event('k2'), event('k2'), { type: 'a.b', data: 1 }] },
  });
  const [one, two, again, plain] = first.json.data.events;
  expect(first.status).toBe(202);
  expect(first.json.data.duplicates).toBe(2);
  expect(one).toEqual({ id: single.json.data.id, duplicate: true });
  expect([two.duplicate, again]).toEqual([false, { id: two.id, duplicate: true }]);
  expect(plain.duplicate).toBe(false);
  expect(await readEvents()).toHaveLength(3);
  await waitForRejections(replica, 1, `?eventId=${single.json.data.id}&code=duplicate`);
});

test('a call with an Idempotency-Key for all its events stores them once, however often it is sent', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (key: string, as = 'acme') =>
    replica.call('POST', PATH, {
      as,
      headers: { 'idempotency-key': key },
      body: { events: [1, 2].map((data) => ({ type: 'a.b', data })) },
    });
  const first = await publish('call 1');
  const again = await publish('call 1');
  expect(again.json.data.events).toEqual(
    first.json.data.events.map(({ id }: { id: string }) => ({ id, duplicate: true })),
  );
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect((await publish('call 2')).json.data.duplicates).toBe(0);
  expect((await publish('call 1', 'other')).json.data.duplicates).toBe(0);
  expect(await readEvents()).toHaveLength(6);
  expect((await publish('ä')).status).toBe(400);
});

test('one event that is not valid keeps all events of its call from being stored, and the error names its place', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const good = { type: 'a.b', data: 1 };
  const cases: [object, string][] = [
    [{ type: 'a b', data: 1 }, 'body/events/1/type'],
    [{ type: 'a.b' }, 'body/events/1/data'],
    [{ ...good, idempotencyKey: '' }, 'body/events/1/idempotencyKey'],
    [{ ...good, userId: 'other' }, 'body/events/1/userId'],
    [{ ...good, subject: '\0' }, 'body/events/1/subject'],
  ];
  for (const [bad, path] of cases) {
    const answer = await replica.call('POST', PATH, { as: 'acme', body: { events: [good, bad] } });
    expect([answer.status, answer.json.code, answer.json.details[0].path]).toEqual([
      400,
      'invalid_request',
      path,
    ]);
  }
  const foreign = await replica.call('POST', PATH, {
    as: 'acme',
    body: { events: [good], userId: 'other' },
  });
  expect(foreign.status).toBe(403);
  expect(await readEvents()).toEqual([]);
});

test('data that does not match the schema of its type keeps the whole call from being stored', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  await replica.call('PUT', '/api/webhooks/events/project.created', {
    as: 'acme',
    body: { schema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
  });
  const misfit = { type: 'project.created', data: { name: 7 } };
  const publish = () =>
    replica.call('POST', PATH, {
      as: 'acme',
      body: { events: [{ type: 'a.b', data: 1 }, misfit, misfit] },
    });
  const refused = await until(async () => {
    const answer = await publish();
    return answer.status === 422 ? answer : undefined;
  });
  const before = await readEvents();
  const again = await publish();
  expect(again.json).toMatchObject({
    code: 'event_schema_mismatch',
    error: expect.stringContaining('2 of 3 events were refused, and no event is stored'),
    details: {
      failed: [
        {
          index: 1,
          code: 'event_schema_mismatch',
          details: expect.arrayContaining([expect.objectContaining({ at: '/name' })]),
        },
        { index: 2, code: 'event_schema_mismatch' },
      ],
      stored: [],
    },
  });
  expect(refused.json.code).toBe('event_schema_mismatch');
  expect(await readEvents()).toHaveLength(before.length);
});

test('a reused key is refused with the events of its call that are stored', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (...data: unknown[]) =>
    replica.call('POST', PATH, {
      as: 'acme',
      body: { events: data.map((each, n) => ({ type: 'a.b', data: each, idempotencyKey: `k${n}` })) },
    });
  const first = await publish(1);
  const answer = await publish(2, 3);
  expect([answer.status, answer.json.code]).toEqual([422, 'idempotency_key_reused']);
  expect(answer.json.details).toMatchObject({
    failed: [
      { index: 0, code: 'idempotency_key_reused', details: { eventId: first.json.data.events[0].id } },
    ],
    stored: [{ index: 1, duplicate: false }],
  });
  expect(await readEvents()).toHaveLength(2);
});

test('events that can’t be stored are answered with 503, Retry-After and the place of each', async () => {
  const { nats, startReplica } = await createHarness({ publishDeadlineMs: 300 });
  const replica = await startReplica();
  await nats.kill();
  const answer = await replica.call('POST', PATH, {
    as: 'acme',
    body: { events: [1, 2].map((data) => ({ type: 'a.b', data })) },
  });
  expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([
    503,
    'not_stored',
    '5',
  ]);
  expect(answer.json.details.failed.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
  expect(answer.json.details.stored).toEqual([]);
});

test('a body over 4 MiB is refused', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const answer = await replica.call('POST', PATH, {
    as: 'acme',
    body: { events: [{ type: 'a.b', data: 'x'.repeat(4_194_304) }] },
  });
  expect([answer.status, answer.json.code]).toEqual([413, 'payload_too_large']);
  expect(await readEvents()).toEqual([]);
});
