import { deliveryId, parseDeliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { selectSlice } from '../../src/operations/bulk/select-slice.ts';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';

vi.setConfig({ testTimeout: 240_000 });

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

/** Nothing is sent there: the deliveries that are inserted are due in an hour. */
const UNUSED_URL = 'http://127.0.0.1:9/';
const AN_HOUR = 3_600;
/** The objects that one part of a job changes. */
const PART = 100;

const bulk = (tenant: string, path: string, body: object) =>
  replica.call('POST', `/api/${path}/bulk`, { as: tenant, body });

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
const waitForJob = (id: string, isThere: (job: any) => boolean): Promise<any> =>
  until(
    async () => {
      const { json } = await replica.call('GET', `/api/bulk-jobs/${id}`);
      return isThere(json.data) ? json.data : undefined;
    },
    { what: `bulk job ${id}`, timeoutMs: 180_000 },
  );

const isCompleted = ({ status }: { status: string }) => status === 'completed';

/**
 * Makes a dry run and then the call, and waits for its job. Both must tell the same.
 * @returns the job
 */
async function run(tenant: string, path: string, body: object) {
  const dry = await bulk(tenant, path, { ...body, dryRun: true });
  expect(dry, dry.text).toMatchObject({ status: 202 });
  const { total, totalExact, wouldChange, skipped, skips } = dry.json.data;
  const made = await bulk(tenant, path, { ...body, expectedCount: total });
  expect(made, made.text).toMatchObject({
    status: 202,
    json: { data: { status: 'running', total, totalExact, changed: 0 } },
  });
  const job = await waitForJob(made.json.data.id, isCompleted);
  expect(job).toMatchObject({ total, done: total, changed: wouldChange, skipped, skips });
  return { ...job, sample: dry.json.data.sample as string[] };
}

async function countByStatus(tenant: string): Promise<Record<string, number>> {
  const rows = await harness.asOwner<{ status: string; n: number }>(
    'select status, count(*)::int as n from deliveries where tenant_id = $1 group by 1 order by 1',
    [tenant],
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/** What the statistics of a tenant count of its deliveries. */
const readCounts = async (tenant: string) =>
  (await replica.call('GET', '/api/webhooks/statistics', { as: tenant })).json.data.deliveries;

test('5,000 deliveries are cancelled in parts, as the dry run says; a pause stops the job, and another tenant keeps its own', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  const { id } = await replica.createEndpoint(tenant, UNUSED_URL);
  const { id: otherId } = await replica.createEndpoint(other, UNUSED_URL);
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 5_000, inSeconds: AN_HOUR });
  await insertDueDeliveries(harness, {
    endpointIds: [otherId],
    tenant: other,
    count: 10,
    inSeconds: AN_HOUR,
  });

  const body = { action: 'cancel', filter: { webhookId: id }, reason: 'the receiver is gone' };
  const dry = await bulk(tenant, 'deliveries', { ...body, dryRun: true });
  expect(dry).toMatchObject({
    status: 202,
    json: {
      data: {
        dryRun: true,
        total: 5_000,
        totalExact: true,
        wouldChange: 5_000,
        skipped: 0,
        skips: [],
        sample: expect.arrayContaining([expect.stringMatching(/^dlv_/)]),
      },
    },
  });
  expect(await countByStatus(tenant)).toEqual({ retrying: 5_000 });

  const made = await bulk(tenant, 'deliveries', { ...body, expectedCount: 5_000 });
  const { id: jobId } = made.json.data;
  expect(made.json.data).toMatchObject({
    id: expect.stringMatching(/^blk_/),
    kind: 'deliveries',
    action: 'cancel',
    filter: { webhookId: id },
    status: 'running',
    requestedBy: 'tenant',
    total: 5_000,
    changed: 0,
  });
  await waitForJob(jobId, ({ changed }) => changed > 0);
  const paused = (await replica.call('POST', `/api/bulk-jobs/${jobId}/pause`, { as: tenant })).json.data;
  expect(paused.status).toBe('paused');
  expect(paused.changed % PART).toBe(0);
  expect(paused.changed).toBeLessThan(5_000);
  // The answer to the pause is the last word: nothing is changed after it.
  expect((await countByStatus(tenant))['discarded']).toBe(paused.changed);

  const resumed = await replica.call('POST', `/api/bulk-jobs/${jobId}/resume`, { as: tenant });
  expect(resumed.json.data.status).toBe('running');
  const job = await waitForJob(jobId, isCompleted);
  expect(job).toMatchObject({ changed: 5_000, skipped: 0, done: 5_000, finishedAt: expect.any(String) });
  expect(await countByStatus(tenant)).toEqual({ discarded: 5_000 });
  expect(await countByStatus(other)).toEqual({ retrying: 10 });
  const [sampled] = dry.json.data.sample;
  expect((await replica.call('GET', `/api/deliveries/${sampled}`, { as: tenant })).json.data).toMatchObject({
    status: 'discarded',
    discarded: { by: 'tenant key_t', at: expect.any(String), reason: 'the receiver is gone' },
    nextAttemptAt: null,
  });
  expect(await readCounts(tenant)).toMatchObject({ discarded: 5_000 });

  const late = await replica.call('POST', `/api/bulk-jobs/${jobId}/pause`, { as: tenant });
  expect(late).toMatchObject({ status: 409, json: { error: 'The bulk job is completed' } });
});

test('only the tenant of a bulk job and operators see it and change it', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  const { id: endpointId } = await replica.createEndpoint(tenant, UNUSED_URL);
  const made = await bulk(tenant, 'webhooks', {
    action: 'disable',
    filter: { webhookIds: [endpointId] },
    limit: 1,
  });
  const { id } = made.json.data;
  await waitForJob(id, isCompleted);
  expect((await replica.call('GET', '/api/bulk-jobs', { as: tenant })).json.data).toMatchObject([{ id }]);
  expect((await replica.call('GET', '/api/bulk-jobs', { as: other })).json.data).toEqual([]);
  expect(
    (await replica.call('GET', `/api/bulk-jobs?userId=${encodeURIComponent(tenant)}`)).json.data,
  ).toMatchObject([{ id }]);
  expect((await replica.call('GET', `/api/bulk-jobs/${id}`, { as: other })).status).toBe(404);
  for (const verb of ['pause', 'resume', 'cancel']) {
    expect((await replica.call('POST', `/api/bulk-jobs/${id}/${verb}`, { as: other })).status).toBe(404);
    expect((await replica.call('POST', `/api/bulk-jobs/${id}/${verb}`, { as: tenant })).status).toBe(409);
  }
  // The endpoint of another tenant is not among those that a filter can name.
  const foreign = await bulk(other, 'webhooks', { action: 'enable', filter: { webhookIds: [endpointId] } });
  expect(await waitForJob(foreign.json.data.id, isCompleted)).toMatchObject({ total: 0, changed: 0 });
  const ofOperator = await replica.call('POST', '/api/webhooks/bulk', {
    body: { action: 'enable', filter: { webhookIds: [endpointId] }, userId: tenant },
  });
  expect(await waitForJob(ofOperator.json.data.id, isCompleted)).toMatchObject({
    userId: tenant,
    requestedBy: 'operator',
    changed: 1,
  });
});

test('an empty filter, more matches than expected, and a wrong filter are refused, and nothing is changed', async () => {
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, UNUSED_URL);
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 5, inSeconds: AN_HOUR });
  for (const [path, action] of [
    ['deliveries', 'cancel'],
    ['dead-letters', 'discard'],
    ['webhook-events', 'delete'],
    ['webhooks', 'disable'],
    ['parked-keys', 'release'],
  ] as const) {
    const empty = await bulk(tenant, path, { action, filter: {} });
    expect(empty, path).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(empty.json.error).toContain('"all": true');
    const all = await bulk(tenant, path, { action, filter: {}, all: true, dryRun: true });
    expect(all, path).toMatchObject({ status: 202, json: { data: { dryRun: true, totalExact: true } } });
  }
  const many = await bulk(tenant, 'deliveries', {
    action: 'cancel',
    filter: { webhookId: id },
    expectedCount: 4,
  });
  expect(many).toMatchObject({
    status: 409,
    json: { code: 'conflict', details: { total: 5, totalExact: true } },
  });
  const reversed = { startDate: '2026-01-02', endDate: '2026-01-01T00:00:00Z' };
  for (const [path, body] of [
    ['deliveries', { action: 'cancel', filter: { status: 'success' } }],
    ['deliveries', { action: 'delete', filter: { webhookId: id } }],
    ['deliveries', { action: 'cancel', filter: reversed }],
    ['deliveries', { action: 'cancel' }],
    ['webhooks', { action: 'enable', filter: { webhookIds: [] } }],
    ['parked-keys', { action: 'release', filter: reversed }],
  ] as const)
    expect(await bulk(tenant, path, body)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  expect(await countByStatus(tenant)).toEqual({ retrying: 5 });
  expect((await replica.call('GET', '/api/bulk-jobs', { as: tenant })).json.data).toEqual([]);

  const some = await bulk(tenant, 'deliveries', { action: 'cancel', filter: {}, all: true, limit: 3 });
  expect(await waitForJob(some.json.data.id, isCompleted)).toMatchObject({ total: 5, changed: 3, limit: 3 });
  expect(await countByStatus(tenant)).toEqual({ discarded: 3, retrying: 2 });
});

test('two jobs at the same time change each delivery once, and the counts add up', async () => {
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, UNUSED_URL);
  const second = await harness.startReplica();
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 3_000, inSeconds: AN_HOUR });
  const body = { action: 'cancel', filter: { webhookId: id } };
  const made = await Promise.all([bulk(tenant, 'deliveries', body), bulk(tenant, 'deliveries', body)]);
  const jobs = await Promise.all(made.map(({ json }) => waitForJob(json.data.id, isCompleted)));
  expect(jobs.reduce((sum, { changed }) => sum + changed, 0)).toBe(3_000);
  for (const { skips } of jobs) for (const { reason } of skips) expect(reason).toBe('changed_meanwhile');
  expect(await countByStatus(tenant)).toEqual({ discarded: 3_000 });
  expect(await readCounts(tenant)).toMatchObject({ discarded: 3_000 });
  await second.stop();
});

test('dead letters are discarded by error code, event type and the tag of their endpoint, and no others', async () => {
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const tenant = newTenant();
  const settings = { retrySchedule: [] };
  const one = await replica.createEndpoint(tenant, `${receiver.url}1`, { ...settings, tags: ['eu'] });
  const two = await replica.createEndpoint(tenant, `${receiver.url}2`, { ...settings, tags: ['us'] });
  const ids: string[] = [];
  for (const type of ['a.one', 'b.one']) ids.push(await harness.publish({ tenant, type }));
  const deliveries = ids.flatMap((id) => [one, two].map((endpoint) => deliveryId(id, endpoint.id)));
  await Promise.all(deliveries.map((id) => waitForDelivery(replica, id, ['failed'])));

  const filter = { eventType: 'a.*', endpointTag: 'eu', errorCode: 'http_error' };
  const none = await run(tenant, 'dead-letters', {
    action: 'discard',
    filter: { ...filter, errorCode: 'dns' },
  });
  expect(none).toMatchObject({ total: 0 });
  const job = await run(tenant, 'dead-letters', { action: 'discard', filter, reason: 'a mistake' });
  expect(job).toMatchObject({ changed: 1, sample: [deliveryId(ids[0] as string, one.id)] });
  expect(await countByStatus(tenant)).toEqual({ discarded: 1, failed: 3 });
  const listed = await replica.call('GET', '/api/dead-letters?discarded=true', { as: tenant });
  expect(listed.json.data).toMatchObject([{ id: job.sample[0], discarded: { reason: 'a mistake' } }]);
  expect(await readCounts(tenant)).toMatchObject({ discarded: 1, failed: 3, open: 0 });
});

test('a delivery that is claimed after it was selected is cancelled in flight, one that has arrived is skipped', async () => {
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, UNUSED_URL);
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 2, inSeconds: AN_HOUR });
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const skipped = await database.withSystem(async (tx) => {
    const slice = await selectSlice(
      tx,
      {
        kind: 'deliveries',
        action: 'cancel',
        filter: { webhookId: id },
        tenant,
        until: new Date(Date.now() + 60_000),
        actor: 'tenant key_t',
        reason: null,
      },
      undefined,
      { scan: 10, take: 10 },
    );
    expect(slice).toMatchObject({ skips: {}, scanned: 2, isEnd: true });
    const [claimed, arrived] = slice.ids.map((each) => parseDeliveryId(each)?.eventId);
    await harness.asOwner(
      "update deliveries set status = 'sending', lease_id = 'l', attempts = 2 where event_id = $1",
      [claimed],
    );
    await harness.asOwner("update deliveries set status = 'success', due_at = null where event_id = $1", [
      arrived,
    ]);
    return slice.change();
  });
  expect(skipped).toEqual({ changed_meanwhile: 1 });
  const rows = await harness.asOwner(
    'select status, attempts, lease_id from deliveries where endpoint_id = $1 order by event_id',
    [id],
  );
  expect(rows).toEqual([
    { status: 'discarded', attempts: 2, lease_id: null },
    { status: 'success', attempts: 1, lease_id: null },
  ]);
});

test('settled events are deleted with their requests and answers, events with open deliveries are skipped', async () => {
  let status = 200;
  const receiver = await receive({ respond: () => ({ status, body: 'an answer' }) });
  const [tenant, other] = [newTenant(), newTenant()];
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const arrived = await harness.publish({ tenant, type: 'a.arrived', repository: 'acme/api' });
  const foreign = await harness.publish({ tenant: other, type: 'a.arrived', repository: 'acme/api' });
  await waitForDelivery(replica, deliveryId(arrived, webhookId), ['success']);
  status = 500;
  const dead = await harness.publish({ tenant, type: 'a.dead', repository: 'acme/api' });
  await waitForDelivery(replica, deliveryId(dead, webhookId), ['failed']);
  await replica.call('PUT', `/api/webhooks/${webhookId}`, {
    as: tenant,
    body: { retrySchedule: [3_600] },
  });
  const open = await harness.publish({ tenant, type: 'a.open', repository: 'acme/api' });
  await waitForDelivery(replica, deliveryId(open, webhookId), ['retrying']);
  const unlike = await harness.publish({ tenant, type: 'a.arrived', repository: 'acme/web' });
  await waitForDelivery(replica, deliveryId(unlike, webhookId), ['retrying']);

  const filter = { eventType: 'a.*', repository: 'acme/api' };
  const job = await run(tenant, 'webhook-events', { action: 'delete', filter });
  expect(job).toMatchObject({
    total: 3,
    changed: 2,
    skipped: 1,
    skips: [{ reason: 'deliveries_open', count: 1 }],
    sample: [arrived, dead],
  });
  const rows = await harness.asOwner(
    `select id, deleted_at is not null as deleted, length(payload) as bytes from events
     where id = any($1) order by id`,
    [[arrived, foreign, dead, open, unlike]],
  );
  expect(rows).toEqual([
    { id: arrived, deleted: true, bytes: 0 },
    { id: foreign, deleted: false, bytes: 7 },
    { id: dead, deleted: true, bytes: 0 },
    { id: open, deleted: false, bytes: 7 },
    { id: unlike, deleted: false, bytes: 7 },
  ]);
  expect(
    await harness.asOwner(
      'select count(*)::int as n from attempts where event_id = any($1) and response_body is not null',
      [[arrived, dead]],
    ),
  ).toEqual([{ n: 0 }]);
  expect(await waitForDelivery(replica, deliveryId(dead, webhookId), ['discarded'])).toMatchObject({
    discarded: { by: 'tenant key_t', reason: 'The event was deleted' },
  });
  expect((await replica.call('GET', `/api/webhook-events/${arrived}`, { as: tenant })).status).toBe(404);
  expect(await readCounts(tenant)).toMatchObject({ discarded: 1, delivered: 1, failed: 0 });
  const again = await run(tenant, 'webhook-events', { action: 'delete', filter });
  expect(again).toMatchObject({ total: 1, changed: 0, skipped: 1 });
  await run(tenant, 'deliveries', { action: 'cancel', filter: { webhookId } });
});

test('endpoints are switched by tag, host and state; those that are so already are skipped, and each is announced once', async () => {
  const tenant = newTenant();
  const make = (url: string, tags: string[]) => replica.createEndpoint(tenant, url, { tags });
  const one = await make('http://127.0.0.1:9/1', ['eu']);
  const two = await make('http://127.0.0.1:9/2', ['eu']);
  const three = await make('http://127.0.0.1:19/3', ['eu', 'us']);
  const stranger = await replica.createEndpoint(newTenant(), 'http://127.0.0.1:9/4', { tags: ['eu'] });
  await replica.call('PUT', `/api/webhooks/${two.id}`, { as: tenant, body: { active: false } });
  const activeOnes = async () =>
    (
      await harness.asOwner<{ id: string }>(
        'select id from endpoints where id = any($1) and active order by id',
        [[one.id, two.id, three.id, stranger.id]],
      )
    ).map(({ id }) => id);

  const filter = { tag: 'eu', host: '127.0.0.1:9' };
  const off = await run(tenant, 'webhooks', { action: 'disable', filter });
  expect(off).toMatchObject({
    changed: 1,
    skips: [{ reason: 'unchanged', count: 1 }],
    sample: [one.id],
  });
  expect(await activeOnes()).toEqual([three.id, stranger.id]);
  const shown = await replica.call('GET', `/api/webhooks/${one.id}`, { as: tenant });
  expect(shown.json.data).toMatchObject({ active: false, disabledAt: null });

  // Hookline has switched one of them off.
  await harness.asOwner("update endpoints set disabled_at = now(), disabled_reason = 'gone' where id = $1", [
    one.id,
  ]);
  const on = await run(tenant, 'webhooks', { action: 'enable', filter: { failing: true } });
  expect(on).toMatchObject({ changed: 1, skipped: 0, sample: [one.id] });
  const rest = await run(tenant, 'webhooks', { action: 'enable', filter: { active: false } });
  expect(rest).toMatchObject({ changed: 1, sample: [two.id] });
  expect(await activeOnes()).toEqual([one.id, two.id, three.id, stranger.id]);
  const enabled = await replica.call('GET', `/api/webhooks/${one.id}`, { as: tenant });
  expect(enabled.json.data).toMatchObject({ active: true, disabledAt: null, disabledReason: null });
  await until(
    async () => {
      const { json } = await replica.call('GET', '/api/webhook-events?eventType=endpoint.enabled', {
        as: tenant,
      });
      expect(json.data).toHaveLength(1);
      return true;
    },
    { what: 'one announcement' },
  );

  // Failures count as well, also for a tenant, who sees only its own.
  await harness.asOwner(
    'insert into endpoint_failures (endpoint_id, failures, first_failed_at, last_failed_at) values ($1, 3, now(), now()), ($2, 3, now(), now())',
    [three.id, stranger.id],
  );
  const failing = await run(tenant, 'webhooks', { action: 'disable', filter: { failing: true } });
  expect(failing).toMatchObject({ total: 1, sample: [three.id] });
  const others = await bulk(tenant, 'webhooks', {
    action: 'disable',
    filter: { failing: false },
    dryRun: true,
  });
  expect(others.json.data).toMatchObject({ total: 2 });
});

test('parked keys are released with or without the deliveries that gave up', async () => {
  const tenant = newTenant();
  const one = await replica.createEndpoint(tenant, UNUSED_URL, { tags: ['eu'] });
  const two = await replica.createEndpoint(tenant, `${UNUSED_URL}2`);
  const other = newTenant();
  const foreign = await replica.createEndpoint(other, UNUSED_URL);
  for (const [owner, endpoint] of [
    [tenant, one],
    [tenant, two],
    [other, foreign],
  ] as const) {
    await insertDueDeliveries(harness, {
      endpointIds: [endpoint.id],
      tenant: owner,
      count: 300,
      inSeconds: AN_HOUR,
    });
    await harness.asOwner(
      `update deliveries set status = 'failed', due_at = null, ordering_key = 'k' || event_id where endpoint_id = $1`,
      [endpoint.id],
    );
    await harness.asOwner(
      `insert into parked_keys (endpoint_id, ordering_key, tenant_id, event_id)
       select endpoint_id, ordering_key, tenant_id, event_id from deliveries where endpoint_id = $1`,
      [endpoint.id],
    );
  }
  const parked = async () => {
    const rows = await harness.asOwner<{ id: string; n: number }>(
      'select endpoint_id as id, count(*)::int as n from parked_keys group by 1',
    );
    return Object.fromEntries(rows.map(({ id, n }) => [id, n]));
  };

  const released = await run(tenant, 'parked-keys', { action: 'release', filter: { endpointTag: 'eu' } });
  expect(released).toMatchObject({ total: 300, changed: 300 });
  expect(await parked()).toEqual({ [two.id]: 300, [foreign.id]: 300 });
  expect(await countByStatus(tenant)).toEqual({ failed: 600 });

  const discarded = await run(tenant, 'parked-keys', {
    action: 'discard',
    filter: {},
    all: true,
    reason: 'skip them',
  });
  expect(discarded).toMatchObject({ total: 300, changed: 300 });
  expect(await parked()).toEqual({ [foreign.id]: 300 });
  expect(await countByStatus(tenant)).toEqual({ discarded: 300, failed: 300 });
  expect(await countByStatus(other)).toEqual({ failed: 300 });
});
