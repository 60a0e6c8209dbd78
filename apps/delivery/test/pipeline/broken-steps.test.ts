import { deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { readDeadLetters } from '../support/read-dead-letters.ts';
import { receive } from '../support/receive.ts';

/*
 * Each step of a delivery is broken on purpose: Postgres gets settings that the API would refuse, and
 * Postgres is made to refuse outcomes. Whatever is thrown, the delivery ends with an outcome, and nothing waits for it.
 */

vi.setConfig({ testTimeout: 60_000 });

const LEASE_SECONDS = 5;
let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness({ leaseSeconds: LEASE_SECONDS, maxClaims: 3 });
  replica = await harness.startReplica();
  await harness.asOwner(`
    create function refuse_attempt() returns trigger language plpgsql as $$
    begin
      if new.response_code = 299 or new.response_code = 599 or new.endpoint_id = any(
        select id from endpoints where name = 'unrecordable') then
        raise exception 'this attempt is refused' using errcode = '23514';
      end if;
      return new;
    end $$`);
  await harness.asOwner(
    'create trigger refuse_attempt before insert on attempts for each row execute function refuse_attempt()',
  );
});
afterAll(() => harness.stop());

/** Changes an endpoint in a way that the API does not allow. */
async function damage(endpointId: string, change: string): Promise<void> {
  await harness.asOwner(
    `with next as (update endpoint_catalog set version = version + 1 returning version)
     update endpoints set ${change}, version = (select version from next) where id = $1`,
    [endpointId],
  );
}

describe('a delivery whose attempt throws is retried by its policy and then becomes a dead letter, with the reason', () => {
  test.each([
    ['when it is transformed', `transformation = '{"template": "gone"}'`, 'transforming it'],
    ['when it is signed', `secrets = '[]'`, 'building and signing the request'],
    ['when it is built', `signing = 'null'`, 'building and signing the request'],
    ['when its endpoint cannot be read', `url = 'no url'`, 'building and signing the request'],
    [
      'when its endpoint has no secrets that can be read',
      `secrets = '{}'`,
      'building and signing the request',
    ],
  ])('%s', async (_name, change, step) => {
    const tenant = newTenant();
    const [receiver, neighbour] = [await receive(), await receive()];
    const broken = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1] });
    const healthy = await replica.createEndpoint(tenant, neighbour.url);
    await damage(broken.id, change);
    const eventId = await harness.publish({ tenant });
    const id = deliveryId(eventId, broken.id);
    await waitForDelivery(replica, deliveryId(eventId, healthy.id), ['success'], 30_000);
    const failed = await waitForDelivery(replica, id, ['failed'], 30_000);
    const reason = {
      errorCode: 'internal_error',
      errorMessage: `Hookline failed while ${step}: its log has the cause`,
    };
    expect(failed).toMatchObject({ ...reason, attempts: 2 });
    expect(failed.attemptLog).toMatchObject([
      { attempt: 1, outcome: 'retry', ...reason },
      { attempt: 2, outcome: 'failed', ...reason },
    ]);
    expect(receiver.requests).toHaveLength(0);
    // No delivery is open, so the partition of the day can be dropped, and there is one dead letter.
    await until(async () => (await open(broken.id)) === 0, { what: 'the dead letter to be published' });
    const letters = await readDeadLetters(harness.bus);
    expect(letters.filter(({ json }) => json.deliveryId === id)).toMatchObject([
      { json: { reason: { code: 'internal_error' }, attempts: 2 } },
    ]);
    expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
  });
});

async function open(endpointId: string): Promise<number> {
  const rows = await harness.asOwner('select from deliveries where endpoint_id = $1 and due_at is not null', [
    endpointId,
  ]);
  return rows.length;
}

test('an endpoint whose ordering key cannot be computed gets its events, and so do other endpoints', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const broken = await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'park' },
  });
  const healthy = await replica.createEndpoint(tenant, receiver.url);
  await damage(broken.id, `ordering = '{"key": 5, "onFailure": "park"}'`);
  const eventId = await harness.publish({ tenant, payload: { order: 'a' } });
  for (const { id } of [broken, healthy])
    await waitForDelivery(replica, deliveryId(eventId, id), ['success']);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('an answer that cannot be recorded is left out, and the outcome of the delivery is recorded', async () => {
  const tenant = newTenant();
  const receiver = await receive({
    respond: ({ body }) => ({ status: JSON.parse(String(body)).data.status, body: 'an answer' }),
  });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1] });
  // One outcome is stored together with its event, the other is recorded later.
  const delivered = await harness.publish({ tenant, payload: { status: 299 } });
  expect(await waitForDelivery(replica, deliveryId(delivered, id), ['success'])).toMatchObject({
    attempts: 1,
    attemptLog: [{ outcome: 'success', responseCode: null, responseBody: null }],
  });
  const refused = await harness.publish({ tenant, payload: { status: 599 } });
  expect(await waitForDelivery(replica, deliveryId(refused, id), ['failed'])).toMatchObject({
    attempts: 2,
    errorCode: 'http_error',
    errorMessage: 'The receiver answered with an error',
  });
  // Each was sent as often as is recorded.
  expect(receiver.requests).toHaveLength(3);
  expect(await harness.expectSettled(replica)).toMatchObject({ malformed: 0, unaccounted: 0 });
});

test('a delivery whose outcome cannot be recorded ends after some claims, and the deliveries behind it go on', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    name: 'unrecordable',
    ordering: { key: '/order', onFailure: 'continue' },
    timeoutSeconds: 1,
  });
  const first = await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  const next = await harness.publish({ tenant, payload: { order: 'a', n: 2 } });
  const dead = await waitForDelivery(replica, deliveryId(first, id), ['failed'], 40_000);
  expect(dead).toMatchObject({ attempts: 0, errorCode: 'attempts_lost', attemptLog: [] });
  expect(dead.errorMessage).toMatch(/^The delivery was claimed 3 times, and /);
  expect(receiver.requests.filter(({ body }) => JSON.parse(String(body)).data.n === 1)).toHaveLength(3);
  await harness.asOwner(`update endpoints set name = 'recordable' where id = $1`, [id]);
  await waitForDelivery(replica, deliveryId(next, id), ['success'], 20_000);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('only the deliveries of a batch that fail are left out', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    batching: { maxEvents: 3, windowSeconds: 1 },
    retrySchedule: [],
    transformation: {
      code: 'const handler = (w) => { if (w.payload.data.n === 1) w.method = { toString: 1 }; return w; };',
    },
  });
  const ids: string[] = [];
  for (const n of [0, 1, 2]) ids.push(await harness.publish({ tenant, payload: { n } }));
  const [first, second, third] = ids.map((each) => deliveryId(each, id)) as [string, string, string];
  for (const each of [first, third]) await waitForDelivery(replica, each, ['success']);
  expect(await waitForDelivery(replica, second, ['failed'])).toMatchObject({
    errorCode: 'transformation_failed',
  });
  expect(receiver.requests).toHaveLength(1);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});
