import { deliveryId } from '@hookline/contracts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { compactStatistics } from '../../src/operations/statistics/compact-statistics.ts';
import { pruneStatistics } from '../../src/operations/statistics/prune-statistics.ts';
import { readStatistics } from '../../src/operations/statistics/read-statistics.ts';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { countFromRows, countFromStatistics } from '../support/count-statistics.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const get = async (tenant: string, path: string) =>
  (await replica.call('GET', path, { as: tenant })).json.data;

/** Publishes four events: two succeed at one endpoint, one fails at another endpoint, and one matches no endpoint. */
async function setUp() {
  const tenant = newTenant();
  const receiver = await receive({ respond: ({ path }) => ({ status: path === '/good' ? 200 : 500 }) });
  const good = await replica.createEndpoint(tenant, `${receiver.url}good`, { events: ['a.*'] });
  const bad = await replica.createEndpoint(tenant, `${receiver.url}bad`, {
    events: ['b.*'],
    retrySchedule: [],
  });
  const ids: string[] = [];
  for (const type of ['a.one', 'a.one', 'b.one', 'c.unwanted'])
    ids.push(await harness.publish({ tenant, type }));
  await waitForDelivery(replica, deliveryId(ids[0] as string, good.id), ['success']);
  await waitForDelivery(replica, deliveryId(ids[1] as string, good.id), ['success']);
  await waitForDelivery(replica, deliveryId(ids[2] as string, bad.id), ['failed']);
  await Promise.all(ids.map((id) => harness.expectSettledEvent(id)));
  return { tenant, receiver, good, bad, ids };
}

test('the timeline counts each step, by provider too, and the same before and after the counters are added up', async () => {
  const { tenant, good } = await setUp();
  const whole = await get(tenant, '/api/webhooks/timeline');
  const sum = (field: string) =>
    whole.steps.reduce((total: number, step: Record<string, number>) => total + (step[field] as number), 0);
  expect(whole.stepSeconds).toBe(300);
  expect(Date.parse(whole.endDate) - Date.parse(whole.startDate)).toBeGreaterThanOrEqual(24 * 3_600_000);
  expect({
    received: sum('received'),
    failedEvents: sum('failedEvents'),
    delivered: sum('delivered'),
  }).toEqual({
    received: 4,
    failedEvents: 1,
    delivered: 2,
  });
  expect([sum('deliveries'), sum('failed'), sum('attempts'), sum('failedAttempts')]).toEqual([3, 1, 3, 1]);
  expect(whole.byProvider.map(({ provider }: { provider: string }) => provider)).toEqual(['app']);
  for (const { at } of whole.steps) expect(Date.parse(at) % 300_000).toBe(0);

  const ofGood = await get(tenant, `/api/webhooks/timeline?webhookId=${good.id}`);
  expect(ofGood.byProvider).toEqual([]);
  expect(ofGood.steps.reduce((total: number, step: { delivered: number }) => total + step.delivered, 0)).toBe(
    2,
  );
  const ofType = await get(tenant, '/api/webhooks/timeline?eventType=b.*');
  expect(ofType.steps.map((step: { received: number }) => step.received)).toEqual([1]);
  expect((await get(tenant, '/api/webhooks/timeline?provider=github')).steps).toEqual([]);

  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  while ((await compactStatistics(database, 1_000)) > 0);
  const { steps, byProvider } = await get(tenant, '/api/webhooks/timeline');
  expect({ steps, byProvider }).toEqual({ steps: whole.steps, byProvider: whole.byProvider });
  const byHour = await get(tenant, '/api/webhooks/timeline?startDate=2026-01-01&endDate=2026-01-10');
  expect([byHour.stepSeconds, byHour.steps]).toEqual([3_600, []]);
});

test('a timeline of more than 366 days is refused', async () => {
  const { status, json } = await replica.call(
    'GET',
    '/api/webhooks/timeline?startDate=2020-01-01&endDate=2021-06-01',
    {
      as: newTenant(),
    },
  );
  expect([status, json.code]).toEqual([400, 'invalid_request']);
  expect(json.details).toEqual([
    { path: 'querystring/startDate', message: 'must be at most 366 days before endDate' },
  ]);
});

test('the statistics have the fields that scripts rely on, and count each event by its status', async () => {
  const { tenant, good, bad, ids } = await setUp();
  const statistics = await get(tenant, '/api/webhooks/statistics?hours=1');
  expect(statistics.summary).toEqual({
    totalEvents: 4,
    processedEvents: 3,
    pendingEvents: 0,
    failedEvents: 1,
    successRate: '75.00',
    avgProcessingTimeMs: expect.any(Number),
  });
  const avgProcessingTimeMs = expect.any(Number);
  expect(statistics.byEvent).toEqual([
    { event: 'a.one', provider: 'app', total: 2, processed: 2, failed: 0, avgProcessingTimeMs },
    { event: 'b.one', provider: 'app', total: 1, processed: 0, failed: 1, avgProcessingTimeMs },
    { event: 'c.unwanted', provider: 'app', total: 1, processed: 1, failed: 0, avgProcessingTimeMs: 0 },
  ]);
  expect(statistics.deliveries).toMatchObject({ total: 3, delivered: 2, failed: 1, open: 0, attempts: 3 });
  expect(await get(tenant, '/api/webhooks/statistics?hours=72')).toEqual(statistics);

  const stats = await get(tenant, `/api/webhooks/${good.id}/stats`);
  expect(stats).toMatchObject({
    webhookId: good.id,
    total: 2,
    success: 2,
    failed: 0,
    pending: 0,
    retrying: 0,
    successRate: '100.00',
    attempts: 2,
  });
  expect(stats.durations.p50Ms).toBeGreaterThan(0);
  expect(stats.durations.p99Ms).toBeGreaterThanOrEqual(stats.durations.p50Ms);
  expect(stats.recentDeliveries).toHaveLength(2);
  expect(await get(tenant, `/api/webhooks/${bad.id}/stats`)).toMatchObject({
    total: 1,
    failed: 1,
    successRate: '0.00',
    failedAttempts: 1,
  });

  expect(await get(tenant, '/api/webhook-events/stats')).toEqual({
    total: 4,
    pending: 0,
    processing: 0,
    processed: 3,
    failed: 0,
    dead_letter: 1,
  });
  expect(await get(tenant, '/api/webhooks/queue/stats')).toEqual({
    waiting: 0,
    active: 0,
    completed: 2,
    failed: 1,
    delayed: 0,
    paused: false,
  });
  expect(await get(tenant, '/api/webhooks/activity')).toEqual({
    recentEvents: 4,
    lastEventTime: expect.any(String),
    failedWebhooksCount: 1,
    metrics: {
      hourly: {
        total: 4,
        failed: 1,
        attempts: 3,
        failedAttempts: 1,
        avgProcessingTimeMs: expect.any(Number),
      },
    },
  });

  // Another tenant has its own statistics.
  const stranger = newTenant();
  expect((await get(stranger, '/api/webhooks/statistics')).summary).toMatchObject({
    totalEvents: 0,
    successRate: '100.00',
  });
  expect((await replica.call('GET', `/api/webhooks/${good.id}/stats`, { as: stranger })).status).toBe(404);
  expect(ids).toHaveLength(4);
});

test('the actions of a provider event are counted together, and its name as a list filter finds all of them', async () => {
  const tenant = newTenant();
  const receiver = await receive({
    respond: ({ headers }) => ({ status: String(headers['x-webhook-event']).endsWith('queued') ? 500 : 200 }),
  });
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    events: ['github.workflow_job.*'],
    retrySchedule: [],
  });
  const publish = (provider: string, type: string) => harness.publish({ tenant, type, provider });
  const queued = await publish('github', 'github.workflow_job.queued');
  const completed = await publish('github', 'github.workflow_job.completed');
  const others = await Promise.all([
    publish('github', 'github.workflow_job'),
    publish('github', 'github.push'),
    publish('stripe', 'stripe.payment_intent.succeeded'),
    publish('app', 'project.created'),
    publish('app', 'project.created'),
    publish('hookline', 'endpoint.disabled'),
    publish('hookline', 'hookline.schedule.report'),
    publish('connection', 'connection.needs_reauth'),
  ]);
  await waitForDelivery(replica, deliveryId(queued, id), ['failed']);
  await waitForDelivery(replica, deliveryId(completed, id), ['success']);
  await Promise.all(others.map((each) => harness.expectSettledEvent(each)));

  const { byEvent } = await get(tenant, '/api/webhooks/statistics');
  const avgProcessingTimeMs = expect.any(Number);
  expect(byEvent.slice(0, 2)).toEqual([
    { event: 'workflow_job', provider: 'github', total: 3, processed: 2, failed: 1, avgProcessingTimeMs },
    { event: 'project.created', provider: 'app', total: 2, processed: 2, failed: 0, avgProcessingTimeMs: 0 },
  ]);
  expect(
    byEvent
      .slice(2)
      .map(({ provider, event, total }: Record<string, unknown>) => [provider, event, total])
      .sort(),
  ).toEqual([
    ['connection', 'connection.needs_reauth', 1],
    ['github', 'push', 1],
    ['hookline', 'endpoint.disabled', 1],
    ['hookline', 'hookline.schedule.report', 1],
    ['stripe', 'payment_intent.succeeded', 1],
  ]);
  for (const { provider, event, total } of byEvent)
    expect(await get(tenant, `/api/webhook-events?provider=${provider}&event=${event}`), event).toHaveLength(
      total,
    );
});

test('a discarded dead letter, a dead letter that is sent again and a deleted event stay accounted for', async () => {
  const { tenant, receiver, bad, good, ids } = await setUp();
  const [first, , dead] = ids as [string, string, string];
  const id = deliveryId(dead, bad.id);
  const letter = await get(tenant, `/api/dead-letters/${id}`);
  expect(letter).toMatchObject({
    id,
    status: 'failed',
    errorCode: 'http_error',
    lastAttempt: { attempt: 1, responseCode: 500 },
    event: { provider: 'app' },
    payload: { n: 1 },
  });
  const list = (query: string) => get(tenant, `/api/dead-letters?${query}`);
  const asId = ({ id: each }: { id: string }) => each;
  expect((await list('')).map(asId)).toEqual([id]);
  for (const query of [
    'errorCode=http_error',
    'eventType=b.*',
    `webhookId=${bad.id}`,
    'endDate=2999-01-01T00:00:00Z',
  ])
    expect((await list(query)).map(asId), query).toEqual([id]);
  for (const query of [
    'errorCode=timeout',
    'eventType=a.*',
    `webhookId=${good.id}`,
    'discarded=true',
    'endDate=2020-01-01T00:00:00Z',
  ])
    expect(await list(query), query).toEqual([]);

  const discard = await replica.call('POST', `/api/dead-letters/${id}/discard`, {
    as: tenant,
    body: { reason: 'not worth it' },
  });
  expect(discard).toMatchObject({
    status: 200,
    json: {
      data: { status: 'discarded', discarded: { by: 'tenant key_t', reason: 'not worth it' } },
    },
  });
  expect(await list('')).toEqual([]);
  expect((await list('discarded=true')).map(asId)).toEqual([id]);
  const after = await get(tenant, '/api/webhooks/statistics');
  expect(after.deliveries).toMatchObject({ total: 3, failed: 0, discarded: 1, open: 0 });
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
  const journey = await get(tenant, `/api/webhook-events/${dead}/journey`);
  expect(journey.steps.at(-1)).toMatchObject({
    step: 'discarded',
    text: 'Let go by tenant key_t: not worth it',
  });

  receiver.respond = () => ({ status: 200 });
  expect((await replica.call('POST', `/api/dead-letters/${id}/replay`, { as: tenant })).status).toBe(202);
  await waitForDelivery(replica, id, ['success']);
  expect((await get(tenant, '/api/webhooks/statistics')).deliveries).toMatchObject({
    delivered: 3,
    discarded: 0,
  });

  const remove = () => replica.call('DELETE', `/api/webhook-events/${first}`, { as: tenant });
  expect(await remove()).toMatchObject({ status: 200, json: { data: { message: 'The event was deleted' } } });
  expect((await remove()).status).toBe(404);
  expect((await get(tenant, '/api/webhook-events')).map(asId)).not.toContain(first);
  const [row] = await harness.asOwner<{ bytes: number }>(
    'select octet_length(payload) as bytes from events where id = $1',
    [first],
  );
  expect(row?.bytes).toBe(0);
  expect(
    await replica.call('POST', `/api/deliveries/${deliveryId(first, good.id)}/retry`, { as: tenant }),
  ).toMatchObject({ status: 409 });
  await harness.expectSettled(replica);
  expect(await countFromStatistics(harness)).toEqual(await countFromRows(harness));
});

test('an event with three deliveries counts once, with the status of its worst delivery', async () => {
  const tenant = newTenant();
  const status = { first: 500, second: 503, third: 200 };
  const receiver = await receive({
    respond: ({ path }) => ({ status: status[path.slice(1) as keyof typeof status] }),
  });
  const make = (name: keyof typeof status, retrySchedule: number[]) =>
    replica.createEndpoint(tenant, `${receiver.url}${name}`, { retrySchedule });
  const first = await make('first', []);
  const second = await make('second', [600]);
  const third = await make('third', []);
  const eventIds = [await harness.publish({ tenant }), await harness.publish({ tenant })];
  const settle = (endpointId: string, state: 'failed' | 'retrying' | 'success') =>
    Promise.all(
      eventIds.map((eventId) => waitForDelivery(replica, deliveryId(eventId, endpointId), [state])),
    );
  const retryAll = (endpointId: string) =>
    Promise.all(
      eventIds.map((eventId) =>
        replica.call('POST', `/api/deliveries/${deliveryId(eventId, endpointId)}/retry`, { as: tenant }),
      ),
    );
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  /** Expects the same statistics before and after the changes are added up. */
  const expectStates = async (states: object, summary: object) => {
    for (let isAddedUp = false; ; isAddedUp = true) {
      expect(await get(tenant, '/api/webhook-events/stats')).toEqual({
        total: 2,
        pending: 0,
        processing: 0,
        processed: 0,
        failed: 0,
        dead_letter: 0,
        ...states,
      });
      for (const hours of [1, 48, 72])
        expect(await get(tenant, `/api/webhooks/statistics?hours=${hours}`)).toMatchObject({
          summary: { totalEvents: 2, ...summary },
          byEvent: [{ total: 2 }],
          deliveries: { total: 6 },
        });
      if (isAddedUp) return;
      while ((await compactStatistics(database, 500)) > 0);
    }
  };

  await settle(first.id, 'failed');
  await settle(second.id, 'retrying');
  await settle(third.id, 'success');
  await expectStates({ dead_letter: 2 }, { failedEvents: 2, pendingEvents: 0, processedEvents: 0 });
  const counts = { total: 2, success: 0, failed: 0, discarded: 0, pending: 0, retrying: 0 };
  for (const hours of [1, 72]) {
    const statsOf = (id: string) => get(tenant, `/api/webhooks/${id}/stats?hours=${hours}`);
    expect(await statsOf(first.id)).toMatchObject({ ...counts, failed: 2 });
    expect(await statsOf(second.id)).toMatchObject({ ...counts, retrying: 2 });
    expect(await statsOf(third.id)).toMatchObject({ ...counts, success: 2 });
  }
  // A delivery that is retried while its endpoint is off is pending, and is sent when the endpoint is on again.
  await replica.call('PUT', `/api/webhooks/${second.id}`, { as: tenant, body: { active: false } });
  const [retried] = eventIds as [string];
  await replica.call('POST', `/api/deliveries/${deliveryId(retried, second.id)}/retry`, { as: tenant });
  expect(await get(tenant, `/api/webhooks/${second.id}/stats`)).toMatchObject({
    ...counts,
    pending: 1,
    retrying: 1,
  });
  await replica.call('PUT', `/api/webhooks/${second.id}`, { as: tenant, body: { active: true } });
  await settle(second.id, 'retrying');
  expect(await get(tenant, '/api/webhooks/activity')).toMatchObject({
    failedWebhooksCount: 2,
    metrics: { hourly: { total: 2, failed: 2 } },
  });

  // If a second delivery of the same events gives up, the number of dead events stays the same.
  status.second = 404;
  await replica.call('PUT', `/api/webhooks/${second.id}`, { as: tenant, body: { retrySchedule: [] } });
  await retryAll(second.id);
  await settle(second.id, 'failed');
  await expectStates({ dead_letter: 2 }, { failedEvents: 2, pendingEvents: 0, processedEvents: 0 });
  expect((await get(tenant, '/api/webhooks/statistics')).deliveries).toMatchObject({
    failed: 4,
    delivered: 2,
  });

  // If the first delivery then succeeds, the events stay dead because of the second, until the second is discarded.
  status.first = 200;
  await retryAll(first.id);
  await settle(first.id, 'success');
  await expectStates({ dead_letter: 2 }, { failedEvents: 2, pendingEvents: 0, processedEvents: 0 });
  const [one, other] = eventIds as [string, string];
  await replica.call('POST', `/api/dead-letters/${deliveryId(one, second.id)}/discard`, {
    as: tenant,
    body: { reason: 'enough' },
  });
  await expectStates(
    { dead_letter: 1, processed: 1 },
    { failedEvents: 1, pendingEvents: 0, processedEvents: 1 },
  );
  status.second = 503;
  await replica.call('PUT', `/api/webhooks/${second.id}`, { as: tenant, body: { retrySchedule: [600] } });
  await replica.call('POST', `/api/deliveries/${deliveryId(other, second.id)}/retry`, { as: tenant });
  await waitForDelivery(replica, deliveryId(other, second.id), ['retrying']);
  await expectStates(
    { failed: 1, processed: 1 },
    { failedEvents: 0, pendingEvents: 1, processedEvents: 1, successRate: '50.00' },
  );
  expect(await countFromStatistics(harness)).toEqual(await countFromRows(harness));
});

test('a window that is read in days, hours and steps of five minutes equals the sum of its steps of five minutes', async () => {
  const tenant = newTenant();
  const newest = new Date();
  await harness.asOwner(
    `insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, received, matched, attempts, durations)
     select $1, e, 'a.b', date_bin('5 minutes', $2::timestamptz - n * interval '5 minutes', 'epoch'), (e = '')::int, (e <> '')::int,
            (e <> '')::int, case when e = '' then '{}' else array[60]::smallint[] end
     from generate_series(0, 60 * 12) n
     cross join (values (''), ('ep_a'), ('ep_b')) v(e)`,
    [tenant, newest],
  );
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const read = (hours: number, endpointId?: string) =>
    database.withSystem(async (tx) => {
      const { total, durations } = await readStatistics(tx, { tenant, hours, endpointId, durations: true });
      return [total.received, total.matched, total.attempts, durations.get(60)];
    });
  const windows = [1 / 12, 0.5, 1, 2, 5, 23, 24, 25, 36, 47, 48, 59, 72];
  const readAll = () => Promise.all(windows.flatMap((hours) => [read(hours), read(hours, 'ep_b')]));
  /** Windows of more than 48 hours begin at a whole hour. */
  const expected = async () => {
    const counts = await Promise.all(
      windows.map((hours) =>
        harness.asOwner<{ n: number }>(
          `select count(*)::int as n from generate_series(0, 60 * 12) n
           where date_bin('5 minutes', $3::timestamptz - n * interval '5 minutes', 'epoch')
             >= date_bin($2 * interval '1 second', now() - $1 * interval '1 hour', 'epoch')`,
          [hours, hours <= 48 ? 300 : 3_600, newest],
        ),
      ),
    );
    return counts.flatMap(([row]) => {
      const n = row?.n ?? 0;
      return [
        [n, 2 * n, 2 * n, 2 * n],
        [0, n, n, n],
      ];
    });
  };
  await expectSoon(async () => expect(await readAll()).toEqual(await expected()));
  while ((await compactStatistics(database, 700)) > 0);
  await expectSoon(async () => expect(await readAll()).toEqual(await expected()));
});

/** Repeats the check once, in case the next step of five minutes began during the check. */
async function expectSoon(check: () => Promise<void>) {
  try {
    await check();
  } catch {
    await check();
  }
}

test('an event cannot be deleted while a delivery of it is open', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [600] });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(eventId, id), ['retrying']);
  expect(await replica.call('DELETE', `/api/webhook-events/${eventId}`, { as: tenant })).toMatchObject({
    status: 409,
    json: { code: 'conflict' },
  });
  expect(await get(tenant, '/api/webhooks/queue/stats')).toMatchObject({ delayed: 1, completed: 0 });
  expect((await get(tenant, '/api/webhooks/statistics')).summary).toMatchObject({ pendingEvents: 1 });
  await harness.asOwner(
    "update deliveries set status = 'failed', due_at = null, completed_at = now() where tenant_id = $1",
    [tenant],
  );
  await harness.asOwner(
    `insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, dead)
     select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), 1 from deliveries where tenant_id = $1`,
    [tenant],
  );
});

test('a test event of GitHub is sent to the endpoints that match it', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 200 }) });
  await replica.createEndpoint(tenant, receiver.url, { events: ['github.workflow_job.*'] });
  const answer = await replica.call('POST', '/api/webhooks/test', {
    as: tenant,
    body: { eventType: 'workflow_job', repository: 'test/repo', action: 'queued' },
  });
  expect(answer.status).toBe(202);
  const request = await receiver.waitFor(1).then(() => receiver.requests[0]);
  expect(JSON.parse(String(request?.body))).toMatchObject({
    id: answer.json.data.eventId,
    type: 'github.workflow_job.queued',
    data: { action: 'queued', repository: { full_name: 'test/repo' } },
  });
  // The event is sent before it is stored.
  await harness.expectSettledEvent(answer.json.data.eventId);
  const found = await get(
    tenant,
    `/api/webhook-events?providerDeliveryId=${answer.json.data.providerDeliveryId}`,
  );
  expect(found).toMatchObject([{ id: answer.json.data.eventId, repository: 'test/repo' }]);
});

test('only an operator may pause the queue, and the queue statistics show the pause', async () => {
  const tenant = newTenant();
  expect((await replica.call('POST', '/api/webhooks/queue/pause', { as: tenant })).status).toBe(403);
  expect((await replica.call('POST', '/api/webhooks/queue/pause')).status).toBe(200);
  expect(await get(tenant, '/api/webhooks/queue/stats')).toMatchObject({ paused: true });
  expect((await replica.call('POST', '/api/webhooks/queue/resume')).status).toBe(200);
  expect(await get(tenant, '/api/webhooks/queue/stats')).toMatchObject({ paused: false });
});

test('replicas that add up changes at the same time lose none, and old statistics are removed', async () => {
  const { tenant } = await setUp();
  const databases = [openDatabase(harness), openDatabase(harness)];
  onTestFinished(async () => {
    await Promise.all(databases.map((database) => database.close()));
  });
  await harness.asOwner(
    `insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, attempts, duration_ms, durations)
     select $1, 'ep_x', 'x.y', hookline_statistics_bucket(now()), 1, 10, array[hookline_duration_bucket(10)]
     from generate_series(1, 3000)`,
    [tenant],
  );
  while ((await harness.asOwner('select from statistics_changes')).length > 0)
    await Promise.all(databases.map((database) => compactStatistics(database, 500)));
  const rows = await harness.asOwner(
    `select step_seconds, attempts::int, duration_ms, duration_counts::text from statistics
     where tenant_id = $1 and endpoint_id = 'ep_x' order by 1`,
    [tenant],
  );
  expect(rows).toEqual(
    [300, 3_600].map((step_seconds) => ({
      step_seconds,
      attempts: 3000,
      duration_ms: 30_000,
      duration_counts: '{3000}',
    })),
  );

  await harness.asOwner(
    `update statistics set bucket = bucket - interval '4 days' where tenant_id = $1 and endpoint_id = 'ep_x'`,
    [tenant],
  );
  const [database] = databases as [(typeof databases)[0]];
  expect(await pruneStatistics(database, 90, 100)).toBe(1);
  expect(await pruneStatistics(database, 4, 100)).toBe(1);
  expect(await pruneStatistics(database, 4, 100)).toBe(0);
});
