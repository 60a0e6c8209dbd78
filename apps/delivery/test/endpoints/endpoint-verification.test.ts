import { type ReceiverOptions, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';
import { verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

async function create(options: ReceiverOptions, more: Record<string, unknown> = {}) {
  const tenant = newTenant();
  const receiver = await receive(options);
  const { id, secret } = await replica.createEndpoint(tenant, receiver.url, more);
  const call = (method: string, path: string, body?: object) =>
    replica.call(method, `/api/webhooks/${id}${path}`, { as: tenant, ...(body ? { body } : {}) });
  const isVerified = async () => (await call('GET', '')).json.data.verified as boolean;
  return { id, secret, tenant, receiver, call, isVerified };
}

test('a verification answers with every check, marks the endpoint as verified, and stores no event or delivery', async () => {
  let secret = '';
  const { id, call, isVerified, receiver, ...made } = await create({
    respond: (request) => {
      try {
        verifyStandard(request, secret);
        return { body: JSON.parse(request.body.toString()).data.challenge };
      } catch {
        return { status: 401 };
      }
    },
  });
  secret = made.secret;
  const answer = await call('POST', '/verify', { requireChallenge: true });
  expect(answer.status).toBe(200);
  expect(answer.json.data.verified).toBe(true);
  expect(answer.json.data.checks.map(({ name }: { name: string }) => name)).toEqual([
    'address',
    'connection',
    'certificate',
    'credentials',
    'signature',
    'response_time',
    'challenge',
    'duplicate',
    'wrong_signature',
    'stale_timestamp',
    'rotation',
  ]);
  expect(await isVerified()).toBe(true);
  const traces = await harness.asOwner(
    'select 1 from deliveries where endpoint_id = $1 union all select 1 from events where type = $2',
    [id, 'webhook.verify'],
  );
  expect(traces).toEqual([]);

  // What it is verified for is its address.
  await call('PUT', '', { name: 'renamed', url: receiver.url });
  expect(await isVerified()).toBe(true);
  await call('PUT', '', { url: `${receiver.url}elsewhere` });
  expect(await isVerified()).toBe(false);
});

test('a failed verification removes the mark, and an endpoint that is switched off can be verified', async () => {
  let status = 200;
  const { call, isVerified } = await create({ respond: () => ({ status }) }, { active: false });
  expect((await call('POST', '/verify')).json.data.verified).toBe(true);
  expect(await isVerified()).toBe(true);
  status = 500;
  expect((await call('POST', '/verify')).json.data.verified).toBe(false);
  expect(await isVerified()).toBe(false);
});

test('an endpoint has one verification at a time', async () => {
  const { call, receiver } = await create({ respond: () => ({ delayMs: 300 }) });
  const first = call('POST', '/verify');
  await receiver.waitFor(1);
  expect(await call('POST', '/verify')).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
  expect((await first).status).toBe(200);
  expect((await call('POST', '/verify')).status).toBe(200);
});

test('a verification does not mark an endpoint that was changed in the meantime', async () => {
  const { call, isVerified, receiver } = await create({ respond: () => ({ delayMs: 200 }) });
  const verification = call('POST', '/verify');
  await receiver.waitFor(1);
  await call('PUT', '', { url: `${receiver.url}elsewhere` });
  expect(await verification).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect(await isVerified()).toBe(false);
});

test('a verification signs with every current secret, and a deleted or foreign endpoint is not found', async () => {
  const { id, call, receiver } = await create({});
  await call('POST', '/regenerate-secret');
  await call('POST', '/verify');
  expect(String(receiver.requests[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  const before = receiver.requests.length;
  const stranger = await replica.call('POST', `/api/webhooks/${id}/verify`, { as: newTenant() });
  expect(stranger.status).toBe(404);
  expect((await call('POST', '/verify', { unknown: 1 })).status).toBe(400);
  await call('DELETE', '');
  await until(async () => (await call('POST', '/verify')).status === 404, { what: 'it to be gone' });
  expect(receiver.requests).toHaveLength(before);
});
