import { deliveryId } from '@hookline/contracts';
import { getProvider } from '@hookline/providers';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;
const tenant = newTenant();
/** By the names of the receiver's paths. */
const endpoints: Record<string, string> = {};
/** By the names of the tests' events. */
const events: Record<string, string> = {};

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
  const receiver = await startReceiver({
    respond: ({ path }) => ({ status: path === '/good' ? 200 : 500 }),
  });
  const wide = { events: ['*'] };
  for (const [path, body] of Object.entries({
    good: wide,
    failing: {
      events: ['github.push', 'both.ways'],
      retrySchedule: [],
      ordering: { key: 'type', onFailure: 'park' },
    },
    waiting: { events: ['github.workflow_job.*', 'both.ways'], retrySchedule: [600] },
  }))
    endpoints[path] = (await replica.createEndpoint(tenant, `${receiver.url}${path}`, body)).id;

  const publish = async (name: string, input: Parameters<Harness['publish']>[0]) => {
    events[name] = await harness.publish({ tenant, ...input });
  };
  const github = {
    provider: 'github',
    via: 'webhook',
    repository: 'acme/api',
    source: '/github/acme/api',
  } as const;
  await publish('app', {
    type: 'order.created',
    subject: 'order 1',
    provider: 'meta',
    source: '/meta/page/P1',
  });
  await publish('push', { ...github, type: 'github.push', deliveryid: 'delivery-1' });
  await publish('job', { ...github, type: 'github.workflow_job.completed', action: 'completed' });
  await publish('jobs', { ...github, type: 'github.workflow_jobs', repository: 'acme/web' });
  await publish('both', { type: 'both.ways' });
  const settled = (endpoint: string, event: string, status: 'success' | 'failed' | 'retrying') =>
    waitForDelivery(replica, deliveryId(events[event] ?? '', endpoints[endpoint] ?? ''), [status]);
  await Promise.all([
    ...Object.keys(events).map((event) => settled('good', event, 'success')),
    settled('failing', 'push', 'failed'),
    settled('failing', 'both', 'failed'),
    settled('waiting', 'job', 'retrying'),
    settled('waiting', 'both', 'retrying'),
  ]);
  await receiver.close();
});
afterAll(() => harness.stop());

const get = async (path: string) => (await replica.call('GET', path, { as: tenant })).json;

test('parked keys are listed by the event that parked them, oldest first', async () => {
  const path = `/api/webhooks/${endpoints['failing']}/parked-keys`;
  const rows = (await get(path)).data;
  expect(rows).toMatchObject([
    { key: 'github.push', eventId: events['push'] },
    { key: 'both.ways', eventId: events['both'] },
  ]);
  const { data, page } = await get(`${path}?limit=1`);
  expect(data).toEqual([rows[0]]);
  expect(page).toMatchObject({ hasMore: true, total: 2, totalExact: true });
  const last = await get(`${path}?limit=1&cursor=${page.nextCursor}`);
  expect(last).toEqual({ data: [rows[1]], page: { limit: 1, hasMore: false, nextCursor: null } });
});

describe('events are listed newest first, by each filter', () => {
  test.for([
    ['', ['both', 'jobs', 'job', 'push', 'app']],
    ['eventType=github.push', ['push']],
    ['eventType=github.*', ['jobs', 'job', 'push']],
    ['eventType=github.workflow_job.*', ['job']],
    ['eventType=github.workflow_job', ['job']],
    ['eventType=workflow_job', ['job']],
    ['eventType=*', ['both', 'jobs', 'job', 'push', 'app']],
    ['event=workflow_job', ['job']],
    ['event=push', ['push']],
    ['event=pu', []],
    ['provider=github', ['jobs', 'job', 'push']],
    ['repository=acme/api', ['job', 'push']],
    ['action=completed', ['job']],
    ['providerDeliveryId=delivery-1', ['push']],
    ['status=processed', ['jobs', 'app']],
    ['status=failed', ['job']],
    ['status=dead_letter', ['both', 'push']],
    ['status=pending', []],
    ['status=processing', []],
    ['processed=true', ['jobs', 'app']],
    ['processed=false', ['both', 'job', 'push']],
    ['startDate=2026-01-01T00:00:00Z&provider=github&status=failed', ['job']],
    ['endDate=2020-01-01T00:00:00Z', []],
    ['startDate=2999-01-01T00:00:00Z', []],
    ['status=DEAD_LETTER', ['both', 'push']],
    ['status=dead-letter', ['both', 'push']],
    ['startDate=2026-01-01&provider=github&status=Failed', ['job']],
    ['endDate=2020-01-01', []],
    ['subject=order 1', ['app']],
    ['subject=order', []],
    ['source=/github/acme/api&action=completed', ['job']],
    ['pageId=P1', ['app']],
    ['pageId=page', []],
    ['notStatus=processed', ['both', 'job', 'push']],
    ['notStatus=dead_letter&eventType=github.*', ['jobs', 'job']],
    ['notEventType=github.*', ['both', 'app']],
    ['notEventType=*', []],
    ['notProvider=github', ['both', 'app']],
    ['notRepository=acme/api', ['both', 'jobs', 'app']],
    ['limit=2', ['both', 'jobs']],
    ['limit=2&offset=1', ['jobs', 'job']],
  ] as const)('%s', async ([query, names]) => {
    const { data } = await get(`/api/webhook-events?${query}`);
    expect(data.map(({ id }: { id: string }) => id)).toEqual(names.map((name) => events[name]));
  });
});

test.for([
  ['', 5],
  ['&eventType=github.*', 3],
  ['&status=dead_letter', 2],
  ['&status=dead_letter&provider=github', 1],
] as const)('a page says how many fit, but for one that a cursor led to%s', async ([query, total]) => {
  const { page } = await get(`/api/webhook-events?offset=1&limit=1${query}`);
  expect(page).toMatchObject({ limit: 1, offset: 1, total, totalExact: true });
  const first = (await get(`/api/webhook-events?limit=1${query}`)).page;
  expect(first).toMatchObject({ limit: 1, offset: 0, total, totalExact: true });
  if (first.nextCursor === null) return;
  const next = (await get(`/api/webhook-events?limit=1${query}&cursor=${first.nextCursor}`)).page;
  expect(Object.keys(next).sort()).toEqual(['hasMore', 'limit', 'nextCursor']);
});

test('every list takes an offset and a limit up to 1000, and has a total and the same form of cursor', async () => {
  await replica.call('POST', '/api/replays', {
    as: tenant,
    body: { selection: { kind: 'failed', eventType: 'no.such' } },
  });
  const lists: [path: string, total: number][] = [
    ['/api/webhook-events', 5],
    ['/api/deliveries', 9],
    ['/api/deliveries?status=success', 5],
    ['/api/dead-letters', 2],
    ['/api/webhooks/failed', 2],
    [`/api/webhooks/${endpoints['good']}/deliveries`, 5],
    ['/api/webhooks', 3],
    ['/api/replays', 1],
    [`/api/webhooks/${endpoints['failing']}/parked-keys`, 2],
  ];
  for (const [path, total] of lists) {
    const join = path.includes('?') ? '&' : '?';
    const { data, page } = await get(`${path}${join}limit=1000&offset=0`);
    expect({ path, page }).toEqual({
      path,
      page: { limit: 1000, hasMore: false, nextCursor: null, offset: 0, total, totalExact: true },
    });
    expect(data).toHaveLength(total);
    if (total < 2) continue;
    const { nextCursor } = (await get(`${path}${join}limit=1`)).page;
    const idOf = ({ data: [row] }: { data: { id?: string; deliveryId?: string }[] }) =>
      row?.id ?? row?.deliveryId;
    const second = idOf(await get(`${path}${join}limit=1&cursor=${nextCursor}`));
    expect(second).toMatch(/^[a-z]+_[0-9A-Z]{26}/);
    expect(second).toBe(idOf(await get(`${path}${join}limit=1&offset=1`)));
    expect(second).toBe(idOf({ data: [data[1]] }));
    expect(Buffer.from(nextCursor, 'base64url').toString()).toMatch(/^[a-z]+_[0-9A-Z]{26}/);
  }
});

test('each row of a list shows the payload, the response, the number of retries and the last error', async () => {
  const row = (await get(`/api/deliveries?eventId=${events['job']}&webhookId=${endpoints['good']}`)).data[0];
  expect(row).toMatchObject({ payload: { n: 1 }, responseCode: 200, responseBody: expect.any(String) });
  const one = (await get(`/api/deliveries/${row.id}`)).data;
  expect(one).toMatchObject({ payload: { n: 1 }, responseBody: row.responseBody });
  const byId = new Map(
    (await get('/api/webhook-events')).data.map((each: { id: string }) => [each.id, each]),
  );
  expect(byId.get(events['jobs'])).toMatchObject({
    status: 'processed',
    retryCount: 0,
    lastError: null,
    processedAt: expect.stringMatching(/^20.*Z$/),
  });
  const failed = { status: 'dead_letter', retryCount: 0, lastError: expect.any(String), processedAt: null };
  expect(byId.get(events['push'])).toMatchObject(failed);
  expect((await get(`/api/webhook-events/${events['push']}`)).data).toMatchObject(failed);
});

test('a list omits a large payload and says so, and the delivery itself has it', async () => {
  const mine = newTenant();
  const receiver = await receive({});
  const { id } = await replica.createEndpoint(mine, receiver.url);
  const text = 'x'.repeat(20_000);
  const eventId = await harness.publish({ tenant: mine, payload: `{"text":"${text}","n":1.00}` });
  await waitForDelivery(replica, deliveryId(eventId, id), ['success']);
  const listed = await replica.call('GET', '/api/deliveries', { as: mine });
  expect(listed.json.data[0]).toMatchObject({ payload: null, payloadOmitted: true });
  const single = await replica.call('GET', `/api/deliveries/${deliveryId(eventId, id)}`, { as: mine });
  expect(single.json.data.payload.text).toHaveLength(20_000);
  expect(single.text).toContain('"n":1.00}');
});

test.for([
  [
    '/api/webhook-events?status=done',
    'status must be one of pending, processing, processed, failed, dead_letter',
  ],
  [
    '/api/deliveries?status=gone',
    'status must be one of pending, sending, success, retrying, failed, discarded',
  ],
  ['/api/replays?status=x', 'status must be one of running, paused, completed, cancelled'],
  ['/api/webhook-events?startDate=yesterday', 'startDate must be a day (2026-03-01) or a time'],
  ['/api/webhook-events?startDate=2026-03-02&endDate=2026-03-01', 'endDate must be later than startDate'],
  [
    '/api/deliveries?startDate=2026-03-02T00:00:00Z&endDate=2026-03-01',
    'endDate must be later than startDate',
  ],
  ['/api/dead-letters?startDate=2026-03-02&endDate=2026-03-01', 'endDate must be later than startDate'],
] as const)('an error names the field and what is allowed: %s', async ([path, text]) => {
  const { status, json } = await replica.call('GET', path, { as: tenant });
  expect([status, json.code]).toEqual([400, 'invalid_request']);
  expect(json.error).toContain(text);
  expect(json.details[0].path).toMatch(/^querystring\/(status|startDate|endDate)$/);
});

describe('deliveries are listed newest event first, by each filter', () => {
  const all = ['both', 'jobs', 'job', 'push', 'app'];
  test.for([
    [
      'status=failed',
      [
        ['both', 'failing'],
        ['push', 'failing'],
      ],
    ],
    [
      'status=retrying',
      [
        ['both', 'waiting'],
        ['job', 'waiting'],
      ],
    ],
    ['status=success', all.map((name) => [name, 'good'])],
    ['status=pending', []],
    [
      'webhookId=@failing',
      [
        ['both', 'failing'],
        ['push', 'failing'],
      ],
    ],
    ['webhookId=@waiting&status=success', []],
    [
      'eventId=@job',
      [
        ['job', 'waiting'],
        ['job', 'good'],
      ],
    ],
    ['eventId=@job&webhookId=@good', [['job', 'good']]],
    ['eventId=evt_nonsense', []],
    ['endDate=2020-01-01T00:00:00Z', []],
    ['limit=1&offset=1&status=failed', [['push', 'failing']]],
  ] as [string, [string, string][]][])('%s', async ([query, expected]) => {
    const named = query.replaceAll(/@(\w+)/g, (_, name) => endpoints[name] ?? events[name] ?? '');
    const { data } = await get(`/api/deliveries?${named}`);
    expect(data.map(({ id }: { id: string }) => id)).toEqual(
      expected.map(([event, endpoint]) => deliveryId(events[event] ?? '', endpoints[endpoint] ?? '')),
    );
  });

  test('of one endpoint', async () => {
    const { data } = await get(`/api/webhooks/${endpoints['failing']}/deliveries`);
    expect(data).toHaveLength(2);
    expect(await get(`/api/webhooks/${endpoints['failing']}/deliveries?status=success`)).toMatchObject({
      data: [],
    });
    const { recentDeliveries } = (await get(`/api/webhooks/${endpoints['failing']}`)).data;
    expect(recentDeliveries).toEqual(
      data.map(({ payload: _, responseBody: __, ...row }: Record<string, unknown>) => row),
    );
  });
});

describe('an impossible value of a filter is refused', () => {
  test.for([
    '/api/webhook-events?status=done',
    '/api/webhook-events?startDate=yesterday',
    '/api/webhook-events?startDate=2026-02-31T00:00:00Z',
    '/api/webhook-events?limit=0',
    '/api/webhook-events?limit=1001',
    '/api/webhook-events?cursor=!!!',
    '/api/webhook-events?cursor=AAAA',
    '/api/webhook-events?provider=%00',
    '/api/webhook-events?eventType=a..b',
    '/api/deliveries?status=gone',
    '/api/deliveries?cursor=bm90LWEtY3Vyc29yIQ',
    '/api/deliveries?webhookId=a%00b',
  ])('%s', async (path) => {
    const answer = await replica.call('GET', path, { as: tenant });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });
});

describe('pages follow each other without a gap or a repeat while events come in', () => {
  test.for(['/api/webhook-events?', '/api/deliveries?'])('%s', async (path) => {
    const mine = newTenant();
    const receiver = await receive();
    for (const name of ['a', 'b']) await replica.createEndpoint(mine, `${receiver.url}${name}`);
    const published: string[] = [];
    const publish = async () => {
      const id = await harness.publish({ tenant: mine });
      await receiver.waitFor(published.unshift(id) * 2);
      await harness.expectSettledEvent(id);
    };
    for (let n = 0; n < 20; n++) await publish();
    const before = [...published];
    const seen: string[] = [];
    let cursor = '';
    do {
      const { json } = await replica.call('GET', `${path}limit=3${cursor}`, { as: mine });
      seen.push(...json.data.map((row: { id: string; eventId?: string }) => row.eventId ?? row.id));
      cursor = json.page.nextCursor === null ? '' : `&cursor=${json.page.nextCursor}`;
      expect(json.page.hasMore).toBe(cursor !== '');
      await publish();
    } while (cursor !== '');
    const expected = path.includes('deliveries') ? before.flatMap((id) => [id, id]) : before;
    expect(seen).toEqual(expected);
  });
});

test('an event is read with its payload’s own bytes and its deliveries', async () => {
  const mine = newTenant();
  const payload = '{"big":9007199254740993, "a" : [ ] }';
  const id = await harness.publish({ tenant: mine, payload, subject: 'it', deliveryid: 'd-1' });
  await harness.expectSettledEvent(id);
  const answer = await replica.call('GET', `/api/webhook-events/${id}`, { as: mine });
  expect(answer.text.endsWith(`,"payload":${payload}}}`)).toBe(true);
  expect(answer.json.data).toMatchObject({
    id,
    type: 'app.thing.happened',
    source: '/app',
    subject: 'it',
    provider: 'app',
    action: null,
    repository: null,
    providerDeliveryId: 'd-1',
    userId: mine,
    via: 'api',
    status: 'processed',
    matched: 0,
    sizeBytes: payload.length,
    deliveries: [],
  });
});

test('a journey describes every step of an event, oldest first', async () => {
  const { event, steps } = (await get(`/api/webhook-events/${events['both']}/journey`)).data;
  expect(event).toMatchObject({ id: events['both'], matched: 3, status: 'dead_letter' });
  const texts = steps.map(({ text }: { text: string }) =>
    text.replace(/, \d+ ms$/, ', n ms').replace(/at \d{4}.*Z$/, 'at …'),
  );
  expect([...texts].sort()).toEqual(
    [
      'both.ways was received from app (api, 7 bytes) and stored',
      'The endpoint "test" matched',
      'The endpoint "test" matched',
      'The endpoint "test" matched',
      'Attempt 1 to "test": 200, n ms',
      'Attempt 1 to "test": 500, n ms',
      'Attempt 1 to "test": 500, n ms',
      '"test" is tried again at …',
      'Hookline gave up on "test" after 1 attempt: The receiver answered 500',
    ].sort(),
  );
  expect(steps[0].step).toBe('received');
  const times = steps.map(({ at }: { at: string }) => at);
  expect(times).toEqual([...times].sort());
  const unmatched = (await get(`/api/webhook-events/${events['app']}/journey`)).data.steps.filter(
    ({ step }: { step: string }) => step === 'unmatched',
  );
  expect(unmatched.map(({ text }: { text: string }) => text)).toEqual([
    'The endpoint "test" did not match: its event types do not include this one',
    'The endpoint "test" did not match: its event types do not include this one',
  ]);
});

test('a journey says how long a webhook took to be stored, and what a control message of the provider means', async () => {
  const other = newTenant();
  const id = await harness.publish({
    tenant: other,
    type: 'twitch.revocation',
    provider: 'akeneo',
    via: 'webhook',
    receivedat: new Date(Date.now() - 30_000).toISOString(),
    hookcontrol: 'revoked',
    hookcontrolreason: 'user_removed',
  });
  await harness.expectSettledEvent(id);
  const { json } = await replica.call('GET', `/api/webhook-events/${id}/journey`, { as: other });
  const { event, steps } = json.data;
  expect(event.control).toEqual({ kind: 'revoked', reason: 'user_removed' });
  const { storedAfterMs, providerWaitsMs } = steps[0].details;
  expect(storedAfterMs).toBeGreaterThanOrEqual(30_000);
  expect(storedAfterMs).toBeLessThan(90_000);
  expect(providerWaitsMs).toBe(getProvider('akeneo')?.answer.deadlineMs);
  expect(steps[0].text).toMatch(
    /and stored after \d+ ms, where akeneo waits \d+ ms for the answer: the journal had answered before\. The subscription at the provider was revoked: user_removed$/,
  );
});

test('only a delivery that has failed or waits for a retry can be sent again', async () => {
  const retry = (path: string) => replica.call('POST', path, { as: tenant });
  const good = deliveryId(events['push'] ?? '', endpoints['good'] ?? '');
  expect(await retry(`/api/deliveries/${good}/retry`)).toMatchObject({
    status: 409,
    json: {
      code: 'conflict',
      error:
        'The delivery is success: only a delivery that has failed, was discarded or waits for a retry can be sent again',
    },
  });
  expect(await retry(`/api/webhook-events/${events['app']}/retry`)).toMatchObject({
    status: 409,
    json: { code: 'conflict' },
  });
  const none = 'dlv_01JZZZZZZZZZZZZZZZZZZZZZZZ_01JZZZZZZZZZZZZZZZZZZZZZZZ';
  for (const path of [
    `/api/deliveries/${none}/retry`,
    '/api/deliveries/nonsense/retry',
    '/api/webhook-events/evt_01JZZZZZZZZZZZZZZZZZZZZZZZ/retry',
    '/api/webhook-events/nonsense/retry',
  ])
    expect(await retry(path)).toMatchObject({ status: 404, json: { code: 'not_found' } });
});
