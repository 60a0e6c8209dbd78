import { deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { compactStatistics } from '../src/statistics/compact-statistics.ts';
import { pruneStatistics } from '../src/statistics/prune-statistics.ts';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from './harness.ts';
import { countFromRows, countFromStatistics } from './support/count-statistics.ts';
import { openDatabase } from './support/open-database.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const get = async (tenant: string, path: string) =>
  (await replica.call('GET', path, { as: tenant })).json.data;

/** One endpoint that takes all and one that takes nothing; four events, two of them for the second as well. */
async function setUp() {
  const tenant = newTenant();
  const receiver = await startReceiver({ respond: ({ path }) => ({ status: path === '/good' ? 200 : 500 }) });
  onTestFinished(() => receiver.close());
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

test('statistics have the shape that scripts rely on, and count each event in its state', async () => {
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
  expect(statistics.byEvent).toEqual([
    { event: 'a.one', total: 2, processed: 2, failed: 0, avgProcessingTimeMs: expect.any(Number) },
    { event: 'b.one', total: 1, processed: 0, failed: 1, avgProcessingTimeMs: expect.any(Number) },
    { event: 'c.unwanted', total: 1, processed: 1, failed: 0, avgProcessingTimeMs: 0 },
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
    metrics: { hourly: { total: 4, failed: 1, avgProcessingTimeMs: expect.any(Number) } },
  });

  // Another tenant's are another tenant's.
  const stranger = newTenant();
  expect((await get(stranger, '/api/webhooks/statistics')).summary).toMatchObject({
    totalEvents: 0,
    successRate: '100.00',
  });
  expect((await replica.call('GET', `/api/webhooks/${good.id}/stats`, { as: stranger })).status).toBe(404);
  expect(ids).toHaveLength(4);
});

test('a dead letter that is let go, one that is sent again and an event that is deleted stay in the books', async () => {
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

test('an event cannot be deleted while a delivery of it is open', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  onTestFinished(() => receiver.close());
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

test('a made-up event of GitHub goes to whoever wants it', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver({ respond: () => ({ status: 200 }) });
  onTestFinished(() => receiver.close());
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
  const found = await get(tenant, `/api/webhook-events?deliveryId=${answer.json.data.deliveryId}`);
  expect(found).toMatchObject([{ id: answer.json.data.eventId, repository: 'test/repo' }]);
});

test('only an operator stops the queue, and its numbers say so', async () => {
  const tenant = newTenant();
  expect((await replica.call('POST', '/api/webhooks/queue/pause', { as: tenant })).status).toBe(403);
  expect((await replica.call('POST', '/api/webhooks/queue/pause')).status).toBe(200);
  expect(await get(tenant, '/api/webhooks/queue/stats')).toMatchObject({ paused: true });
  expect((await replica.call('POST', '/api/webhooks/queue/resume')).status).toBe(200);
  expect(await get(tenant, '/api/webhooks/queue/stats')).toMatchObject({ paused: false });
});

test('replicas that add up at once lose nothing, and what is past its time is removed', async () => {
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
    [300, 3600].map((step_seconds) => ({
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
