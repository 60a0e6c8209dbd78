import { isId } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createHarness, waitForRejections } from './harness.ts';

test('an application’s event is stored with the bytes of its data', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const data = '{ "id": 9007199254740993, "__proto__": {"a":1}, "s": "\\u00e4", "d": 0.10 }';
  const answer = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: `{"data":1,"type":"project.created", "subject":"p 1","data" : ${data} ,"time":"2026-01-31T13:00:00.5+01:00"}`,
  });
  expect([answer.status, answer.json]).toEqual([202, { data: { id: expect.any(String), duplicate: false } }]);
  const [event] = await readEvents();
  expect(event?.attributes).toEqual({
    id: answer.json.data.id,
    type: 'project.created',
    source: '/app',
    subject: 'p 1',
    time: '2026-01-31T12:00:00.500Z',
    tenant: 'acme',
    provider: 'app',
    receivedat: expect.any(String),
    via: 'api',
    dedupekey: `app:${answer.json.data.id}`,
    traceparent: expect.any(String),
  });
  expect(isId('evt', answer.json.data.id)).toBe(true);
  expect(event?.subject).toBe('events.acme.app.project.created');
  expect(Buffer.from(event?.payload as Uint8Array).toString()).toBe(data);
});

test('the data of an event may be any JSON: text, number, null, array', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const values = ['"text"', '12345678901234567890', 'null', 'false', '[1, 2]', '""'];
  for (const data of values) {
    const { status } = await replica.call('POST', '/api/events', {
      as: 'acme',
      body: `{"type":"a.b","data":${data}}`,
    });
    expect(status).toBe(202);
  }
  const payloads = (await readEvents()).map(({ payload }) => Buffer.from(payload).toString());
  expect(payloads).toEqual(values);
});

test('a repeat with the same Idempotency-Key is answered with the first event’s id and not stored', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (key: string, data: unknown, as = 'acme') =>
    replica.call('POST', '/api/events', {
      as,
      body: { type: 'a.b', data },
      headers: { 'idempotency-key': key },
    });
  const first = await publish('key 1', 1);
  const again = await publish('key 1', 1);
  expect([again.status, again.json]).toEqual([202, { data: { id: first.json.data.id, duplicate: true } }]);
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect((await publish('key 2', 1)).json.data.duplicate).toBe(false);
  expect((await publish('key 1', 1, 'other')).json.data.duplicate).toBe(false);
  expect((await publish('k'.repeat(255), 1)).json.data.duplicate).toBe(false);
  expect((await publish('k'.repeat(255), 1)).json.data.duplicate).toBe(true);
  const events = await readEvents();
  expect(events).toHaveLength(4);
  for (const { attributes } of events) expect(attributes.dedupekey.length).toBeLessThanOrEqual(200);
  expect(await waitForRejections(replica, 1, `?eventId=${first.json.data.id}`)).toMatchObject([
    { code: 'duplicate', provider: 'app', userId: 'acme' },
  ]);
});

test('an Idempotency-Key with a different event is refused, and the answer names the first event of the key', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (body: object) =>
    replica.call('POST', '/api/events', {
      as: 'acme',
      body: { type: 'a.b', data: { n: 1 }, ...body },
      headers: { 'idempotency-key': 'key' },
    });
  const first = await publish({});
  const { id } = first.json.data;
  for (const [body, differs] of [
    [{ data: { n: 2 } }, ['data']],
    [{ type: 'a.c' }, ['type']],
    [{ subject: 's' }, ['subject']],
    [{ time: '2026-01-01T00:00:00Z' }, ['time']],
    [{ type: 'a.c', data: null }, ['type', 'data']],
  ] as const) {
    const answer = await publish(body);
    expect([answer.status, answer.json]).toMatchObject([
      422,
      { code: 'idempotency_key_reused', details: { eventId: id, differs } },
    ]);
  }
  expect((await publish({})).json).toEqual({ data: { id, duplicate: true } });
  expect(await readEvents()).toHaveLength(1);
  const [kept] = await waitForRejections(replica, 6, `?eventId=${id}`);
  expect(kept).toMatchObject({ code: 'duplicate' });
});

test('two equal events without an Idempotency-Key are both stored', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const body = { type: 'a.b', data: 1 };
  await replica.call('POST', '/api/events', { as: 'acme', body });
  await replica.call('POST', '/api/events', { as: 'acme', body });
  expect(await readEvents()).toHaveLength(2);
});

test('an operator publishes for the tenant that it names, and a tenant only for itself', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const publish = (userId: string | undefined, as?: string) =>
    replica.call('POST', '/api/events', {
      as,
      body: { type: 'a.b', data: 1, ...(userId ? { userId } : {}) },
    });
  expect((await publish('acme')).status).toBe(202);
  expect((await publish(undefined)).status).toBe(202);
  expect((await publish('acme', 'acme')).status).toBe(202);
  expect((await publish('other', 'acme')).status).toBe(403);
  const tenants = (await readEvents()).map(({ attributes }) => attributes.tenant);
  expect(tenants).toEqual(['acme', 'default', 'acme']);
});

test('an invalid event is refused with the place of the fault', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const cases: [unknown, number, string][] = [
    ['{"type":"a.b","data":', 400, 'malformed_body'],
    ['', 400, 'invalid_request'],
    ['[]', 400, 'invalid_request'],
    [{ type: 'a.b' }, 400, 'invalid_request'],
    [{ type: 'a b', data: 1 }, 400, 'invalid_request'],
    [{ type: 'a..b', data: 1 }, 400, 'invalid_request'],
    [{ type: 'a'.repeat(201), data: 1 }, 400, 'invalid_request'],
    [{ data: 1 }, 400, 'invalid_request'],
    [{ type: 'a.b', data: 1, extra: 1 }, 400, 'invalid_request'],
    [{ type: 'a.b', data: 1, time: 'yesterday' }, 400, 'invalid_request'],
    [`{"type":"a.b","data":${'['.repeat(300)}${']'.repeat(300)}}`, 400, 'malformed_body'],
  ];
  for (const [body, status, code] of cases) {
    const answer = await replica.call('POST', '/api/events', { as: 'acme', body });
    expect([body, answer.status, answer.json.code]).toEqual([body, status, code]);
  }
  const key = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'a.b', data: 1 },
    headers: { 'idempotency-key': 'k'.repeat(256) },
  });
  expect([key.status, key.json.code]).toEqual([400, 'invalid_request']);
  const text = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([text.status, text.json.code]).toEqual([415, 'unsupported_media_type']);
  const invalidUtf8 = await fetch(`${replica.url}/api/events`, { method: 'POST', body: Buffer.from([0xff]) });
  expect(invalidUtf8.status).toBe(401);
  expect(await readEvents()).toEqual([]);
});

test('an event that can’t be stored is answered with 503 and Retry-After', async () => {
  const { nats, startReplica } = await createHarness({ publishDeadlineMs: 300 });
  const replica = await startReplica();
  await nats.kill();
  const answer = await replica.call('POST', '/api/events', { as: 'acme', body: { type: 'a.b', data: 1 } });
  expect([answer.status, answer.json.code]).toEqual([503, 'not_stored']);
  expect(answer.headers.get('retry-after')).toBe('5');
});
