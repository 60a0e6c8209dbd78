import { deliveryId } from '@hookline/contracts';
import { type Receiver, until } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createReplay } from '../../src/operations/replays/create-replay.ts';
import { workAtReplay } from '../../src/operations/replays/work-at-replay.ts';
import { createFilterEvaluator } from '../../src/pipeline/filters/filter-evaluator.ts';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { insertDueDeliveries, timePartOfUlid } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const openReceiver = (status: () => number): Promise<Receiver> =>
  receive({ respond: () => ({ status: status() }) });

/** Publishes events of a tenant, and waits until all their deliveries have given up. */
async function giveUp(tenant: string, webhookId: string, types: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const type of types) ids.push(await harness.publish({ tenant, type }));
  await Promise.all(ids.map((id) => waitForDelivery(replica, deliveryId(id, webhookId), ['failed'])));
  return ids;
}

const create = async (tenant: string, body: unknown) =>
  replica.call('POST', '/api/replays', { as: tenant, body });

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
const waitForReplay = (id: string, isThere: (replay: any) => boolean): Promise<any> =>
  until(
    async () => {
      const { json } = await replica.call('GET', `/api/replays/${id}`);
      return isThere(json.data) ? json.data : undefined;
    },
    { what: `replay ${id}` },
  );

/**
 * A replay of missed events begins seconds after its call, when fan-out has stored what it matched before. A test that has
 * waited for its events does not wait for that.
 */
const beginNow = (id: string) =>
  harness.asOwner('update replays set due_at = now() where id = $1 and due_at > now()', [id]);

const isFinished = (replay: { status: string; open: number }) =>
  replay.status === 'completed' && replay.open === 0;

test('dead letters are counted, shown and sent again once each, and the ledger adds up', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const [first, second, third] = await giveUp(tenant, webhookId, ['a.one', 'a.two', 'b.one']);

  const selection = { kind: 'dead_letters', eventType: 'a.*' };
  const dry = await create(tenant, { selection, dryRun: true, perSecond: 1 });
  expect(dry).toMatchObject({
    status: 202,
    json: {
      data: {
        dryRun: true,
        total: 2,
        totalExact: true,
        sample: [
          { eventId: first, webhookId },
          { eventId: second, webhookId },
        ],
        estimatedSeconds: 2,
        warning: null,
      },
    },
  });
  expect(receiver.requests).toHaveLength(3);

  status = 200;
  const made = await create(tenant, { selection });
  expect(made.json.data).toMatchObject({ status: 'running', total: 2, done: 0, requestedBy: 'tenant' });
  const replay = await waitForReplay(made.json.data.id, isFinished);
  expect(replay).toMatchObject({ total: 2, done: 2, sent: 2, skipped: 0, succeeded: 2, failed: 0, open: 0 });
  expect(receiver.requests).toHaveLength(5);
  const again = await waitForDelivery(replica, deliveryId(first as string, webhookId), ['success']);
  expect(again).toMatchObject({ replayId: replay.id, attempts: 2 });
  expect(again.attemptLog[1]).toMatchObject({ trigger: 'tenant', replayId: replay.id });
  expect(await waitForDelivery(replica, deliveryId(third as string, webhookId), ['failed'])).toMatchObject({
    replayId: null,
  });

  const journey = await replica.call('GET', `/api/webhook-events/${first}/journey`, { as: tenant });
  expect(journey.json.data.steps.map(({ text }: { text: string }) => text)).toContain(
    `The tenant had it sent to "test" again, by replay ${replay.id}`,
  );
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('one call sends each event once that an endpoint missed while it was off, and its events count the deliveries', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const other = await replica.createEndpoint(tenant, `${receiver.url}other`);
  const { id } = await replica.createEndpoint(tenant, `${receiver.url}missed`, { events: ['order.*'] });
  const before = await harness.publish({ tenant, type: 'order.early' });
  await waitForDelivery(replica, deliveryId(before, id), ['success']);
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
  const missed = [
    await harness.publish({ tenant, type: 'order.created' }),
    await harness.publish({ tenant, type: 'order.paid' }),
  ];
  const unwanted = await harness.publish({ tenant, type: 'user.created' });
  await Promise.all([...missed, unwanted].map((event) => harness.expectSettledEvent(event)));
  await replica.call('POST', `/api/webhooks/${other.id}/test`, { as: tenant });

  const off = await replica.call('POST', `/api/webhooks/${id}/replay-missed`, { as: tenant });
  expect(off).toMatchObject({ status: 409, json: { code: 'conflict' } });
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: true } });
  const made = await replica.call('POST', `/api/webhooks/${id}/replay-missed`, { as: tenant });
  expect(made).toMatchObject({ status: 202, json: { data: { total: 2 } } });
  await beginNow(made.json.data.id);
  const replay = await waitForReplay(made.json.data.id, isFinished);
  expect(replay).toMatchObject({ sent: 2, succeeded: 2 });
  const got = receiver.requests
    .filter(({ path }) => path === '/missed')
    .map(({ headers }) => headers['webhook-id']);
  expect(got).toEqual([before, ...missed]);
  const { json } = await replica.call('GET', `/api/webhook-events/${missed[0]}`, { as: tenant });
  expect(json.data).toMatchObject({ matched: 2, status: 'processed' });

  // The endpoint misses no event any more.
  const rest = await replica.call('POST', `/api/webhooks/${id}/replay-missed`, {
    as: tenant,
    body: { dryRun: true },
  });
  expect(rest.json.data).toMatchObject({ total: 0, sample: [] });
  await harness.expectSettled(replica);
});

test('a replay sends all events of a period to another endpoint, including delivered ones', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  await replica.createEndpoint(tenant, `${receiver.url}own`);
  const ids = [
    await harness.publish({ tenant, provider: 'github', type: 'github.push' }),
    await harness.publish({ tenant, provider: 'app', type: 'app.thing' }),
    await harness.publish({ tenant, provider: 'github', type: 'github.star' }),
  ];
  await Promise.all(ids.map((id) => harness.expectSettledEvent(id)));
  const target = await replica.createEndpoint(tenant, `${receiver.url}target`, { events: ['nothing.else'] });
  const body = {
    selection: {
      kind: 'events',
      provider: 'github',
      startDate: new Date(Date.now() - 60_000).toISOString(),
    },
    targetWebhookId: target.id,
  };
  const made = await create(tenant, body);
  const replay = await waitForReplay(made.json.data.id, isFinished);
  expect(replay).toMatchObject({ total: 2, sent: 2, succeeded: 2 });
  const got = () =>
    receiver.requests.filter(({ path }) => path === '/target').map(({ headers }) => headers['webhook-id']);
  expect(got().sort()).toEqual([ids[0], ids[2]].sort());

  // A second replay sends delivered events again.
  const more = await create(tenant, { ...body, selection: { kind: 'events', eventIds: [ids[0]] } });
  await waitForReplay(more.json.data.id, isFinished);
  expect(got().filter((id) => id === ids[0])).toHaveLength(2);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('a paused replay sends nothing, a resumed replay continues at its cursor, and a cancelled replay ends', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const types = Array.from({ length: 12 }, () => 'a.b');
  await giveUp(tenant, webhookId, types);
  status = 200;
  const made = await create(tenant, { selection: { kind: 'dead_letters' }, perSecond: 4 });
  const { id } = made.json.data;
  await waitForReplay(id, ({ sent }) => sent >= 4);
  const paused = (await replica.call('POST', `/api/replays/${id}/pause`, { as: tenant })).json.data;
  expect(paused.status).toBe('paused');
  expect(paused.done).toBeLessThan(12);
  await waitForReplay(id, ({ open }) => open === 0);
  // This wait is longer than the pause between two parts of a throttled replay.
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(await waitForReplay(id, () => true)).toMatchObject({ status: 'paused', sent: paused.sent });

  const resumed = await replica.call('POST', `/api/replays/${id}/resume`, { as: tenant });
  expect(resumed.json.data.status).toBe('running');
  await waitForReplay(id, ({ sent }) => sent > paused.sent);
  const cancelled = (await replica.call('POST', `/api/replays/${id}/cancel`, { as: tenant })).json.data;
  expect(cancelled).toMatchObject({ status: 'cancelled', finishedAt: expect.any(String) });
  const again = await replica.call('POST', `/api/replays/${id}/resume`, { as: tenant });
  expect(again).toMatchObject({ status: 409, json: { error: 'The replay is cancelled' } });
  const listed = await replica.call('GET', '/api/replays?status=cancelled', { as: tenant });
  expect(listed.json.data).toMatchObject([{ id, total: 12 }]);
  expect((await replica.call('GET', '/api/replays', { as: newTenant() })).json.data).toEqual([]);
  expect((await replica.call('GET', `/api/replays/${id}`, { as: newTenant() })).status).toBe(404);
});

test('the short calls send failed deliveries again: all, those of one endpoint, or one by its id', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const one = await replica.createEndpoint(tenant, `${receiver.url}1`, {
    retrySchedule: [],
    events: ['a.*'],
  });
  const two = await replica.createEndpoint(tenant, `${receiver.url}2`, {
    retrySchedule: [],
    events: ['b.*'],
  });
  const [first] = await giveUp(tenant, one.id, ['a.a']);
  const [second] = await giveUp(tenant, two.id, ['b.b']);
  expect((await replica.call('GET', '/api/webhooks/failed?limit=1', { as: tenant })).json.data).toMatchObject(
    [{ eventId: second, status: 'failed' }],
  );
  const pages: unknown[] = [];
  let query = '';
  do {
    const { json } = await replica.call('GET', `/api/webhooks/failed?limit=1${query}`, { as: tenant });
    pages.push(json.data.map(({ eventId }: { eventId: string }) => eventId));
    query = json.page.hasMore ? `&cursor=${json.page.nextCursor}` : '';
  } while (query !== '' && pages.length < 5);
  expect(pages).toEqual([[second], [first]]);
  const skipped = await replica.call('GET', '/api/webhooks/failed?offset=1', { as: tenant });
  expect(skipped.json.data).toMatchObject([{ eventId: first }]);
  status = 200;
  const ofOne = await replica.call('POST', '/api/webhooks/queue/retry-failed', {
    as: tenant,
    body: { webhookId: one.id },
  });
  expect(ofOne).toMatchObject({
    status: 202,
    json: { data: { message: '1 delivery that gave up is sent again' } },
  });
  await waitForReplay(ofOne.json.data.replay.id, isFinished);
  const all = await replica.call('POST', '/api/webhooks/retry-failed', { as: tenant });
  expect(all.json.data.replay).toMatchObject({ total: 1 });
  expect(await waitForReplay(all.json.data.replay.id, isFinished)).toMatchObject({ succeeded: 1 });

  const eventId = await harness.publish({ tenant, type: 'a.c', deliveryid: 'gh-1' });
  await waitForDelivery(replica, deliveryId(eventId, one.id), ['success']);
  for (const id of ['gh-1', eventId, deliveryId(eventId, one.id)]) {
    const answer = await replica.call('POST', `/api/webhooks/replay/${id}`, { as: tenant });
    expect(answer).toMatchObject({ status: 202, json: { data: { message: '1 delivery is sent again' } } });
    await waitForDelivery(replica, deliveryId(eventId, one.id), ['success']);
  }
  const got = receiver.requests.filter(({ headers }) => headers['webhook-id'] === eventId);
  expect(got).toHaveLength(4);
  expect((await replica.call('POST', '/api/webhooks/replay/gh-2', { as: tenant })).status).toBe(404);
});

test('a replay of more than its caller expects is refused, and a tag selects the deliveries to its endpoints', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const settings = { retrySchedule: [] };
  const one = await replica.createEndpoint(tenant, `${receiver.url}1`, { ...settings, tags: ['eu'] });
  const two = await replica.createEndpoint(tenant, `${receiver.url}2`, { ...settings, tags: ['us'] });
  const [eventId = ''] = await giveUp(tenant, one.id, ['a.a']);
  await waitForDelivery(replica, deliveryId(eventId, two.id), ['failed']);
  status = 200;
  const calls = [
    create(tenant, { selection: { kind: 'dead_letters' }, expectedCount: 1 }),
    replica.call('POST', '/api/dead-letters/replay', { as: tenant, body: { expectedCount: 1 } }),
  ];
  for (const answer of await Promise.all(calls))
    expect(answer).toMatchObject({
      status: 409,
      json: { code: 'conflict', details: { total: 2, totalExact: true } },
    });
  expect((await replica.call('GET', '/api/replays', { as: tenant })).json.data).toEqual([]);

  const selection = { kind: 'failed', endpointTag: 'eu' };
  const made = await create(tenant, { selection, expectedCount: 1 });
  expect(await waitForReplay(made.json.data.id, isFinished)).toMatchObject({ total: 1, sent: 1 });
  await waitForDelivery(replica, deliveryId(eventId, one.id), ['success']);
  await waitForDelivery(replica, deliveryId(eventId, two.id), ['failed']);
  expect(await create(tenant, { selection: { kind: 'events', endpointTag: 'eu' } })).toMatchObject({
    status: 400,
    json: { code: 'invalid_request' },
  });
});

test('the filter and the transformation of a replay apply to that replay only', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const ids: string[] = [];
  for (const amount of [5, 500]) ids.push(await harness.publish({ tenant, payload: { amount } }));
  await Promise.all(ids.map((id) => waitForDelivery(replica, deliveryId(id, webhookId), ['failed'])));
  status = 200;
  const made = await create(tenant, {
    selection: { kind: 'dead_letters' },
    filter: { data: { amount: { $gt: 100 } } },
    transformation: { template: 'slack' },
  });
  expect(await waitForReplay(made.json.data.id, isFinished)).toMatchObject({
    total: 2,
    done: 2,
    sent: 1,
    skipped: 1,
    succeeded: 1,
  });
  expect(JSON.parse(String(receiver.requests.at(-1)?.body))).toHaveProperty('text');
  await harness.publish({ tenant, payload: { amount: 7 } });
  await receiver.waitFor(4);
  expect(JSON.parse(String(receiver.requests.at(-1)?.body))).toMatchObject({ data: { amount: 7 } });
  const wrong = await create(tenant, { selection: { kind: 'dead_letters' }, filter: { data: { $nope: 1 } } });
  expect(wrong.json.code).toBe('invalid_filter');
  await harness.expectSettled(replica);
});

test('an invalid replay is refused with its error code, and a dry run warns of events past retention', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  const stranger = await replica.createEndpoint(newTenant(), receiver.url);
  for (const [body, status, code] of [
    [{ selection: { kind: 'missed' } }, 400, 'invalid_request'],
    [{ selection: { kind: 'events', errorCode: 'timeout' } }, 400, 'invalid_request'],
    [{ selection: { kind: 'nonsense' } }, 400, 'invalid_request'],
    [
      {
        selection: { kind: 'events', startDate: '2026-01-02T00:00:00Z', endDate: '2026-01-01T00:00:00Z' },
      },
      400,
      'invalid_request',
    ],
    [{ selection: { kind: 'missed', webhookId: stranger.id } }, 404, 'not_found'],
    [{ selection: { kind: 'events' }, targetWebhookId: stranger.id }, 404, 'not_found'],
    [{ selection: { kind: 'missed', webhookId: id }, perSecond: 0 }, 400, 'invalid_request'],
  ] as const) {
    expect(await create(tenant, body)).toMatchObject({ status, json: { code } });
  }
  const old = await create(tenant, {
    selection: { kind: 'events', startDate: '2020-01-01T00:00:00Z' },
    targetWebhookId: id,
    dryRun: true,
  });
  expect(old.json.data).toMatchObject({
    total: 0,
    warning: expect.stringMatching(/^Events from before \d{4}-.* are past retention/),
  });
});

test('an endpoint that is resumed with catch-up gets the events that came while it was off', async () => {
  const receiver = await receive();
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  const change = (body: object) => replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body });
  await change({ active: false });
  const missed = await harness.publish({ tenant });
  await harness.expectSettledEvent(missed);
  const resumed = await replica.call('POST', `/api/webhooks/${id}/resume`, {
    as: tenant,
    body: { catchUp: true },
  });
  expect(resumed.json.data).toMatchObject({
    active: true,
    missedSince: expect.any(String),
    replay: { status: 'running', selection: { kind: 'missed', webhookId: id } },
  });
  await beginNow(resumed.json.data.replay.id);
  await receiver.waitFor((requests) => requests.some(({ headers }) => headers['webhook-id'] === missed));
  // The endpoint has missed no event since.
  const again = await replica.call('POST', `/api/webhooks/${id}/resume`, {
    as: tenant,
    body: { catchUp: true },
  });
  expect(again.json.data).toMatchObject({ missedSince: null, replay: null });
});

test('catch-up warns of events that it cannot send because they are past retention', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
  await harness.asOwner("update endpoints set inactive_since = '2020-01-01' where id = $1", [id]);
  const body = { catchUp: true };
  const resumed = await replica.call('POST', `/api/webhooks/${id}/resume`, { as: tenant, body });
  const later = await replica.call('POST', `/api/webhooks/${id}/replay-missed`, { as: tenant });
  for (const made of [resumed.json.data.replay, later.json.data]) {
    expect(made).toMatchObject({
      status: 'running',
      replayableFrom: expect.stringMatching(/T00:00:00.000Z$/),
      warning: expect.stringMatching(/^Events from before \d{4}-.* are past retention/),
    });
  }
});

test('catch-up also sends an event that was matched before the endpoint was resumed and stored after', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
  const owner = new pg.Client(harness.database.ownerUrl);
  await owner.connect();
  onTestFinished(() => owner.end());
  await owner.query('begin; lock table events in share mode');
  const missed = await harness.publish({ tenant });
  await until(
    async () =>
      (
        await harness.asOwner(
          // Databases that are cloned from one template have tables with the same oids, so the database is compared
          // too.
          `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
           where datname = current_database() and not granted and relation = 'events'::regclass`,
        )
      ).length > 0,
    { what: 'fan-out to wait for the lock' },
  );
  const body = { catchUp: true };
  const resumed = await replica.call('POST', `/api/webhooks/${id}/resume`, { as: tenant, body });
  // Many times the interval at which a worker looks for replays.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await owner.query('commit');
  expect(await waitForReplay(resumed.json.data.replay.id, isFinished)).toMatchObject({ sent: 1 });
  await waitForDelivery(replica, deliveryId(missed, id), ['success']);
});

const MINUTE_MS = 60_000;
let oldEvents = 0;

/** Publishes an event that was received `ageMs` ago and is fanned out now. */
async function publishLate(tenant: string, ageMs: number): Promise<string> {
  const at = Date.now() - ageMs;
  const ulid = `${timePartOfUlid(at)}${String(++oldEvents).padStart(16, '0')}`;
  const id = await harness.publish({ tenant, id: `evt_${ulid}`, receivedat: new Date(at).toISOString() });
  await harness.expectSettledEvent(id);
  return id;
}

test('of the events from before the switch-off, catch-up sends only the ones that were fanned out after it', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url, { filter: { data: { n: 2 } } });
  const change = (body: object) => replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body });
  await publishLate(tenant, MINUTE_MS);
  await change({ filter: null, active: false });
  const late = await publishLate(tenant, MINUTE_MS);
  await publishLate(tenant, 2 * 1_440 * MINUTE_MS);
  const missed = await harness.publish({ tenant });
  await harness.expectSettledEvent(missed);
  const body = { catchUp: true };
  const resumed = await replica.call('POST', `/api/webhooks/${id}/resume`, { as: tenant, body });
  expect(resumed.json.data.replay).toMatchObject({ total: 2, totalExact: true });
  await beginNow(resumed.json.data.replay.id);
  const replay = await waitForReplay(resumed.json.data.replay.id, isFinished);
  expect(replay).toMatchObject({ sent: 2, skipped: 0, succeeded: 2 });
  expect(receiver.requests.map(({ headers }) => headers['webhook-id']).sort()).toEqual([late, missed].sort());
});

test('catch-up leaves out events that were missed before the endpoint was last switched on, or before a given start', async () => {
  const receiver = await openReceiver(() => 200);
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  const change = (active: boolean) =>
    replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active } });
  const countMissed = async (body: object = {}) => {
    const path = `/api/webhooks/${id}/replay-missed`;
    const { json } = await replica.call('POST', path, { as: tenant, body: { ...body, dryRun: true } });
    return json.data.total;
  };
  await change(false);
  await publishLate(tenant, MINUTE_MS);
  await change(true);
  expect(await countMissed()).toBe(1);
  const [row] = await harness.asOwner<{ since: Date }>(
    'select inactive_since as since from endpoints where id = $1',
    [id],
  );
  expect(await countMissed({ startDate: row?.since })).toBe(0);
  await change(false);
  await change(true);
  expect(await countMissed()).toBe(0);
});

test('no kind of replay sends a discarded delivery again', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const [kept, discarded] = await giveUp(tenant, webhookId, ['a.a', 'a.b']);
  const id = deliveryId(discarded as string, webhookId);
  await replica.call('POST', `/api/dead-letters/${id}/discard`, { as: tenant });
  status = 200;
  for (const request of [
    { selection: { kind: 'dead_letters' } },
    { selection: { kind: 'failed' } },
    { selection: { kind: 'events' } },
    { selection: { kind: 'events' }, targetWebhookId: webhookId },
    { selection: { kind: 'missed', webhookId } },
  ]) {
    const dry = await create(tenant, { ...request, dryRun: true });
    expect(dry.json.data, JSON.stringify(request)).toMatchObject({
      total: 1,
      sample: [{ eventId: kept, webhookId }],
    });
  }
  for (const request of [{ selection: { kind: 'events' } }, { selection: { kind: 'missed', webhookId } }]) {
    const made = await create(tenant, request);
    await beginNow(made.json.data.id);
    await waitForReplay(made.json.data.id, isFinished);
  }
  const body = { catchUp: true };
  await replica.call('PUT', `/api/webhooks/${webhookId}`, { as: tenant, body: { active: false } });
  await harness.asOwner("update endpoints set inactive_since = now() - interval '1 hour' where id = $1", [
    webhookId,
  ]);
  const resumed = await replica.call('POST', `/api/webhooks/${webhookId}/resume`, { as: tenant, body });
  await beginNow(resumed.json.data.replay.id);
  expect(await waitForReplay(resumed.json.data.replay.id, isFinished)).toMatchObject({ total: 0, sent: 0 });
  expect(await waitForDelivery(replica, id, ['discarded'])).toMatchObject({ attempts: 1 });

  // A retry by its id does send the delivery.
  expect((await replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant })).status).toBe(202);
  await waitForDelivery(replica, id, ['success']);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('retries of one and of many deliveries wait for an endpoint that is off, and skip a deleted endpoint', async () => {
  let status = 500;
  const receiver = await openReceiver(() => status);
  const tenant = newTenant();
  const settings = { retrySchedule: [] };
  const off = await replica.createEndpoint(tenant, `${receiver.url}off`, { ...settings, events: ['off.*'] });
  const gone = await replica.createEndpoint(tenant, `${receiver.url}gone`, {
    ...settings,
    events: ['gone.*'],
  });
  const [byHand, first, second] = await giveUp(tenant, off.id, ['off.a', 'off.b', 'off.c']);
  const [lost] = await giveUp(tenant, gone.id, ['gone.a']);
  await replica.call('PUT', `/api/webhooks/${off.id}`, { as: tenant, body: { active: false } });
  await replica.call('DELETE', `/api/webhooks/${gone.id}`, { as: tenant });
  status = 200;
  const idOf = (eventId: string | undefined) => deliveryId(eventId as string, off.id);
  await replica.call('POST', `/api/deliveries/${idOf(byHand)}/retry`, { as: tenant });

  for (const kind of ['dead_letters', 'failed'])
    expect((await create(tenant, { selection: { kind }, dryRun: true })).json.data).toMatchObject({
      total: 2,
      sample: [
        { eventId: first, webhookId: off.id },
        { eventId: second, webhookId: off.id },
      ],
    });
  expect((await create(tenant, { selection: { kind: 'events' }, dryRun: true })).json.data.total).toBe(3);
  const made = await replica.call('POST', '/api/webhooks/retry-failed', { as: tenant });
  expect(made.json.data).toMatchObject({
    message: '2 deliveries that gave up are sent again',
    replay: { total: 2 },
  });
  const { id } = made.json.data.replay;
  expect(await waitForReplay(id, (replay) => replay.status === 'completed')).toMatchObject({
    done: 2,
    sent: 2,
    skipped: 0,
    open: 2,
  });
  for (const eventId of [byHand, first, second]) {
    expect(await waitForDelivery(replica, idOf(eventId), ['pending'])).toMatchObject({
      attempts: 1,
      errorCode: null,
      errorMessage: null,
      responseCode: null,
      attemptLog: [{ errorCode: 'http_error', responseCode: 500 }],
    });
  }
  expect(receiver.requests).toHaveLength(4);
  await replica.call('PUT', `/api/webhooks/${off.id}`, { as: tenant, body: { active: true } });
  expect(await waitForReplay(id, isFinished)).toMatchObject({ succeeded: 2 });
  await waitForDelivery(replica, idOf(byHand), ['success']);
  expect(await waitForDelivery(replica, deliveryId(lost as string, gone.id), ['failed'])).toMatchObject({
    attempts: 1,
    replayId: null,
  });
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('dead letters of a deleted endpoint can be sent to another endpoint', async () => {
  const receiver = await openReceiver(() => 500);
  const tenant = newTenant();
  const gone = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  await giveUp(tenant, gone.id, ['a.a']);
  await replica.call('DELETE', `/api/webhooks/${gone.id}`, { as: tenant });
  const heir = await receive();
  const { id: targetWebhookId } = await replica.createEndpoint(tenant, heir.url);
  const made = await create(tenant, { selection: { kind: 'dead_letters' }, targetWebhookId });
  expect(await waitForReplay(made.json.data.id, isFinished)).toMatchObject({ total: 1, succeeded: 1 });
  expect(heir.requests).toHaveLength(1);
});

/** Creates deliveries of two endpoints that wait for a retry. Only the test itself runs the parts of their replays. */
async function setUpParts() {
  const own = await createHarness();
  const database = openDatabase(own);
  const evaluator = createFilterEvaluator();
  const clients: pg.Client[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await evaluator.close();
    await database.close();
    await own.stop();
  });
  const tenant = newTenant();
  for (const [endpointId, count] of [
    ['ep_down', 2_000],
    ['ep_up', 1],
  ] as const) {
    await own.asOwner(
      `insert into endpoints (id, tenant_id, name, url, events, secrets, version)
       values ($1, $2, 'n', 'u', '{*}', '[]', 1)`,
      [endpointId, tenant],
    );
    await insertDueDeliveries(own, { endpointIds: [endpointId], tenant, count, inSeconds: 3_600 });
  }
  const create = async (
    request: Omit<Parameters<typeof createReplay>[1], 'tenant' | 'requestedBy'>,
  ): Promise<string> => {
    const created = await createReplay(database, { tenant, requestedBy: 'tenant', ...request });
    if (!('row' in created)) throw new Error('only a preview');
    return created.row.id;
  };
  const replay = () => create({ selection: { kind: 'failed', webhookId: 'ep_up' } });
  const connect = async () => {
    const client = new pg.Client(own.database.ownerUrl);
    await client.connect();
    clients.push(client);
    return client;
  };
  const read = async (id: string) =>
    (await own.asOwner<object>('select status, sent::int from replays where id = $1', [id]))[0];
  return {
    asOwner: own.asOwner,
    connect,
    work: () => workAtReplay(database, evaluator),
    create,
    replay,
    read,
  };
}

test('a replay to many endpoints waits for the deliveries that it made due recently, not for an endpoint that is down', async () => {
  const { asOwner, work, create, read } = await setUpParts();
  const id = await create({ selection: { kind: 'failed' } });
  await asOwner(
    `update deliveries set status = 'pending', replay_id = $1, retried_at = now() where endpoint_id = 'ep_down'`,
    [id],
  );
  expect(await work()).toBe(true);
  expect(await read(id)).toEqual({ status: 'running', sent: 0 });
  await asOwner(`update deliveries set retried_at = now() - interval '1 minute' where replay_id = $1`, [id]);
  await asOwner('update replays set due_at = now()');
  expect(await work()).toBe(true);
  expect(await read(id)).toEqual({ status: 'completed', sent: 1 });
});

test('a replay to one endpoint never exceeds its limit of waiting deliveries, however slow the endpoint is', async () => {
  const { asOwner, work, create, read } = await setUpParts();
  for (const request of [
    { selection: { kind: 'failed', webhookId: 'ep_up' } },
    { selection: { kind: 'failed' }, targetWebhookId: 'ep_up' },
  ] as const) {
    const id = await create(request);
    await asOwner(
      `update deliveries set status = 'pending', replay_id = $1, retried_at = now() - interval '1 hour'
       where endpoint_id = 'ep_down'`,
      [id],
    );
    expect(await work()).toBe(true);
    expect(await read(id)).toEqual({ status: 'running', sent: 0 });
    await asOwner(`update deliveries set status = 'retrying' where endpoint_id = 'ep_down'`);
    await asOwner("update replays set due_at = now() where status = 'running'");
    expect(await work()).toBe(true);
    expect(await read(id)).not.toMatchObject({ sent: 0 });
    await asOwner("update replays set status = 'cancelled', due_at = null where status = 'running'");
  }
});

test('a replay whose parts fail does not block other replays, and is tried again', async () => {
  const { asOwner, work, replay, read } = await setUpParts();
  const [broken, sound] = [await replay(), await replay()];
  await asOwner(
    `update replays set selection = selection || '{"eventIds": 5}', due_at = due_at - interval '1 hour'
     where id = $1`,
    [broken],
  );
  await expect(work()).rejects.toThrow();
  expect(await work()).toBe(true);
  expect(await read(sound)).toEqual({ status: 'completed', sent: 1 });
  expect(await work()).toBe(false);
  await asOwner(`update replays set selection = selection - 'eventIds', due_at = now() where id = $1`, [
    broken,
  ]);
  expect(await work()).toBe(true);
  expect(await read(broken)).toMatchObject({ status: 'completed' });
});

test('a replay skips a delivery that is discarded while the replay is selecting it', async () => {
  const { asOwner, connect, work, create, read } = await setUpParts();
  await asOwner(
    "update deliveries set status = 'failed', due_at = null, completed_at = now() where endpoint_id = 'ep_up'",
  );
  const id = await create({ selection: { kind: 'dead_letters' } });
  const other = await connect();
  await other.query('begin');
  await other.query(
    "update deliveries set status = 'discarded', discarded = '{}' where endpoint_id = 'ep_up'",
  );
  const working = work();
  await until(
    async () =>
      (
        await asOwner(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
      ).length > 0,
    { what: 'the replay to wait for the locked delivery' },
  );
  await other.query('commit');
  expect(await working).toBe(true);
  expect(await read(id)).toEqual({ status: 'completed', sent: 0 });
  expect(await asOwner("select status from deliveries where endpoint_id = 'ep_up'")).toEqual([
    { status: 'discarded' },
  ]);
});

test('an endpoint that is switched off after the creation of a replay gets no new deliveries from it', async () => {
  const { asOwner, work, create, read } = await setUpParts();
  const [event] = await asOwner<{ id: string }>(
    "select event_id as id from deliveries where endpoint_id = 'ep_up'",
  );
  const id = await create({
    selection: { kind: 'events', eventIds: [event?.id as string] },
    targetWebhookId: 'ep_down',
  });
  await asOwner("update endpoints set active = false where id = 'ep_down'");
  expect(await work()).toBe(true);
  expect(await read(id)).toEqual({ status: 'completed', sent: 0 });
  expect(await asOwner('select from deliveries where event_id = $1', [event?.id])).toHaveLength(1);
});
