import { deliveryId } from '@hookline/contracts';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
let replica: Replica;
let receiver: Receiver;
let tenant: string;

beforeAll(async () => {
  harness = await createHarness({ failureIntervalMs: 100 });
  replica = await harness.startReplica();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver?.close();
  await harness?.stop();
});
beforeEach(() => {
  tenant = newTenant();
  receiver.respond = () => ({});
});

const showEndpoint = async (id: string) =>
  (await replica.call('GET', `/api/webhooks/${id}`, { as: tenant })).json.data;

const pathOf = (name: string) => name.replace(' ', '-');

const readFailures = async (id: string) =>
  (
    await harness.asOwner<{ failures: number }>(
      'select failures from endpoint_failures where endpoint_id = $1',
      [id],
    )
  )[0]?.failures;

/** An endpoint that fails, without retries, and has done so ten times. */
async function createFailing(): Promise<string> {
  const { id } = await replica.createEndpoint(tenant, `${receiver.url}${pathOf(tenant)}/failing`, {
    name: 'of the shop',
    events: ['app.*'],
    retrySchedule: [],
  });
  receiver.respond = ({ path }) => (path.endsWith('/failing') ? { status: 500 } : {});
  for (let n = 0; n < 10; n++) await harness.publish({ tenant });
  await until(async () => (await readFailures(id)) === 10, { what: 'ten failures to be noted' });
  const countTried = async () =>
    (
      await harness.asOwner('select from deliveries where endpoint_id = $1 and last_attempt_at is not null', [
        id,
      ])
    ).length;
  await until(async () => (await countTried()) === 10, { what: 'ten attempts to be stored' });
  return id;
}

/** As if it had begun so many hours ago. */
const backdate = (id: string, hours: number) =>
  harness.asOwner(
    `with moved as (update endpoints set updated_at = updated_at - $2 * interval '1 hour' where id = $1)
     update endpoint_failures set first_failed_at = first_failed_at - $2 * interval '1 hour' where endpoint_id = $1`,
    [id, hours],
  );

const eventsAt = (path: string, type: string) =>
  receiver.requests
    .filter((request) => request.path === path)
    .map(({ body }) => JSON.parse(body.toString()))
    .filter((body) => body.type === type);

test('an endpoint that only fails for days is switched off and announced to its tenant, and can be switched on again', async () => {
  const watching = `/${pathOf(tenant)}/watching`;
  await replica.createEndpoint(tenant, `${receiver.url}${pathOf(tenant)}/watching`, {
    events: ['endpoint.*'],
  });
  const id = await createFailing();
  await backdate(id, 121);
  await until(async () => !(await showEndpoint(id)).active, { what: 'the endpoint to be switched off' });
  const shown = await showEndpoint(id);
  expect(shown).toMatchObject({
    disabledReason: expect.stringMatching(/^Nothing but failures since \d{4}-\d\d-\d\d .*, 10 attempts$/),
    disabledAt: expect.any(String),
    health: { state: 'disabled', since: shown.disabledAt, slots: 0 },
  });
  await until(() => eventsAt(watching, 'endpoint.disabled').length > 0, { what: 'the event' });
  const { eventId: lastId } = eventsAt(watching, 'endpoint.disabled')[0].data.lastDelivery;
  expect(eventsAt(watching, 'endpoint.disabled')).toMatchObject([
    {
      data: {
        webhookId: id,
        url: shown.url,
        lastDelivery: {
          deliveryId: deliveryId(lastId, id),
          eventType: 'app.thing.happened',
          responseCode: 500,
          errorCode: 'http_error',
          errorMessage: expect.stringContaining('500'),
        },
        name: 'of the shop',
        code: 'endpoint_failing',
        reason: shown.disabledReason,
        disabledAt: shown.disabledAt,
      },
    },
  ]);

  receiver.respond = () => ({});
  const resumed = await replica.call('POST', `/api/webhooks/${id}/resume`, { as: tenant });
  expect(resumed).toMatchObject({
    status: 200,
    json: { data: { active: true, disabledAt: null, disabledReason: null, missedSince: shown.disabledAt } },
  });
  await until(() => eventsAt(watching, 'endpoint.enabled').length > 0, { what: 'the event' });
  const eventId = await harness.publish({ tenant });
  await receiver.waitFor((requests) =>
    requests.some(({ path, headers }) => path.endsWith('/failing') && headers['webhook-id'] === eventId),
  );
  expect(await readFailures(id)).toBeUndefined();
  expect(await harness.asOwner('select from announcements')).toEqual([]);
});

test('a success starts the count again, and neither one day of failures nor two failures far apart are enough', async () => {
  const recovering = await createFailing();
  await backdate(recovering, 100);
  receiver.respond = () => ({});
  await harness.publish({ tenant });
  await until(async () => (await readFailures(recovering)) === undefined, {
    what: 'the failures to be forgotten',
  });
  expect(await showEndpoint(recovering)).toMatchObject({ active: true });

  tenant = newTenant();
  const young = await createFailing();
  await backdate(young, 24);
  await harness.publish({ tenant });
  await until(async () => (await readFailures(young)) === 11);

  tenant = newTenant();
  const few = await createFailing();
  await harness.asOwner('update endpoint_failures set failures = 8 where endpoint_id = $1', [few]);
  await backdate(few, 121);
  await harness.publish({ tenant });
  await until(async () => (await readFailures(few)) === 9);
  // The look that would have switched them off comes with that which noted the failure.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await showEndpoint(few)).toMatchObject({ active: true, disabledAt: null });
  expect(await readFailures(young)).toBe(11);
});

test('a change of the endpoint starts the count again', async () => {
  const id = await createFailing();
  await backdate(id, 100);
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { name: 'changed' } });
  await until(async () => (await readFailures(id)) === undefined);
  expect(await showEndpoint(id)).toMatchObject({ active: true });
});

test("an endpoint that is switched off by a 410 is announced to its tenant's other endpoints, and to no other tenant", async () => {
  const stranger = newTenant();
  await replica.createEndpoint(stranger, `${receiver.url}stranger`, { events: ['*'] });
  await replica.createEndpoint(tenant, `${receiver.url}all-of-it`, { events: ['*'] });
  const { id } = await replica.createEndpoint(tenant, `${receiver.url}gone`, { events: ['*'] });
  receiver.respond = ({ path }) => (path === '/gone' ? { status: 410 } : {});
  await harness.publish({ tenant });
  await until(() => eventsAt('/all-of-it', 'endpoint.disabled').length > 0, { what: 'the event' });
  expect(eventsAt('/all-of-it', 'endpoint.disabled')).toMatchObject([
    { data: { webhookId: id, code: 'endpoint_gone' } },
  ]);
  await harness.expectSettled(replica);
  expect(eventsAt('/gone', 'endpoint.disabled')).toEqual([]);
  expect(eventsAt('/stranger', 'endpoint.disabled')).toEqual([]);
  expect((await showEndpoint(id)).disabledAt).toEqual(expect.any(String));
});

test('an announcement that was pending when a replica died is published once by another replica', async () => {
  const { id } = await replica.createEndpoint(tenant, `${receiver.url}told`, { events: ['endpoint.*'] });
  const announce = () =>
    harness.asOwner(
      `insert into announcements (id, tenant_id, endpoint_id, type, data)
       values ('endpoint.disabled:' || $2 || ':1', $1, $2, 'endpoint.disabled', '{"webhookId": "ep_other"}')`,
      [tenant, id],
    );
  const isAnnounced = async () => (await harness.asOwner('select from announcements')).length === 0;
  await announce();
  const next = await harness.startReplica();
  await until(isAnnounced, { what: 'it to be published' });
  // It died after it had published it, and before it had noted that.
  await announce();
  await next.stop();
  await harness.startReplica();
  await until(isAnnounced);
  await receiver.waitFor(() => eventsAt('/told', 'endpoint.disabled').length > 0);
  await harness.expectSettled(replica);
  expect(eventsAt('/told', 'endpoint.disabled')).toHaveLength(1);
});

test('with 0 hours no endpoint is ever switched off', async () => {
  const own = await createHarness({ disableAfterHours: 0, failureIntervalMs: 100 });
  try {
    const one = await own.startReplica();
    const { id } = await one.createEndpoint(tenant, `${receiver.url}never`, { retrySchedule: [] });
    receiver.respond = () => ({ status: 500 });
    await own.asOwner(
      `with moved as (update endpoints set updated_at = now() - interval '99 days')
       insert into endpoint_failures values ($1, 1000, now() - interval '90 days', now())`,
      [id],
    );
    await own.publish({ tenant });
    await until(
      async () =>
        (await own.asOwner<{ failures: number }>('select failures from endpoint_failures'))[0]?.failures ===
        1_001,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await one.call('GET', `/api/webhooks/${id}`)).json.data.active).toBe(true);
  } finally {
    await own.stop();
  }
});

test('an endpoint that accepts an event after ten failures is announced once, and after fewer failures it is not', async () => {
  const watching = `/${pathOf(tenant)}/watching`;
  await replica.createEndpoint(tenant, `${receiver.url}${watching.slice(1)}`, { events: ['endpoint.*'] });
  const id = await createFailing();
  const { url } = await showEndpoint(id);
  receiver.respond = () => ({});
  for (let n = 0; n < 3; n++) await harness.publish({ tenant });
  await until(() => eventsAt(watching, 'endpoint.recovered').length > 0, { what: 'the event' });
  receiver.respond = ({ path }) => (path.endsWith('/failing') ? { status: 500 } : {});
  for (let n = 0; n < 9; n++) await harness.publish({ tenant });
  await until(async () => (await readFailures(id)) === 9, { what: 'nine failures to be noted' });
  receiver.respond = () => ({});
  await harness.publish({ tenant });
  await until(async () => (await readFailures(id)) === undefined, { what: 'the failures to be forgotten' });
  expect(await harness.asOwner('select from announcements')).toEqual([]);
  const told = eventsAt(watching, 'endpoint.recovered').map(({ data }) => data);
  expect(told).toEqual([
    {
      webhookId: id,
      name: 'of the shop',
      url,
      failures: 10,
      failingSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      recoveredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  ]);
  expect(told[0].failingSince < told[0].recoveredAt).toBe(true);
});

test('only the first dead letter of an endpoint is announced, and a dead letter of an announcement never is', async () => {
  const telling = await harness.startReplica({ announceDeadSeconds: 3_600 });
  await replica.stop();
  replica = telling;
  const watching = `/${pathOf(tenant)}/watching`;
  await replica.createEndpoint(tenant, `${receiver.url}${watching.slice(1)}`, { events: ['delivery.dead'] });
  const secret = `${receiver.url}${pathOf(tenant)}/failing?token=0123456789abcdef0123456789abcdef`;
  const { id } = await replica.createEndpoint(tenant, secret, { name: 'of the shop', retrySchedule: [] });
  receiver.respond = ({ path }) => (path.includes('/failing') ? { status: 500 } : {});
  const ids = [await harness.publish({ tenant }), await harness.publish({ tenant })];
  await until(() => eventsAt(watching, 'delivery.dead').length > 0, { what: 'the event' });
  const dead = async () =>
    (await replica.call('GET', `/api/dead-letters?webhookId=${id}`, { as: tenant })).json.data;
  // The two, and what was told of the first of them, which it gets as well.
  await until(async () => (await dead()).length === 3, { what: 'three dead letters' });
  for (const eventId of ids) await harness.expectSettledEvent(eventId);
  expect(await harness.asOwner('select from announcements')).toEqual([]);
  const told = eventsAt(watching, 'delivery.dead').map(({ data }) => data);
  expect(told).toHaveLength(1);
  expect(ids).toContain(told[0].eventId);
  expect(told[0]).toEqual({
    webhookId: id,
    name: 'of the shop',
    url: secret.replace(/token=.*/, 'token=[redacted]'),
    deliveryId: deliveryId(told[0].eventId, id),
    eventId: told[0].eventId,
    eventType: 'app.thing.happened',
    attempts: 1,
    errorCode: 'http_error',
    errorMessage: expect.stringContaining('500'),
    failedAt: expect.stringMatching(/Z$/),
  });
});
