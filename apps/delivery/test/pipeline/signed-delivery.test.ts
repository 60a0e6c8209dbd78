import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { deliveryId } from '@hookline/contracts';
import type { ReceivedRequest, Receiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';
import { verifyPlain, verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const first = (receiver: Receiver) => receiver.requests[0] as ReceivedRequest;

test('an event arrives once at each matching endpoint, and at no other', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  const receiver = await receive();
  const at = (path: string) => `${receiver.url}${path}`;
  await replica.createEndpoint(tenant, at('all'));
  await replica.createEndpoint(tenant, at('family'), { events: ['github.*'] });
  await replica.createEndpoint(tenant, at('exact'), { events: ['a.b', 'github.push'] });
  await replica.createEndpoint(tenant, at('overlapping'), { events: ['*', 'github.*', 'github.push'] });
  await replica.createEndpoint(tenant, at('wrong'), { events: ['git', 'github.push.x'] });
  await replica.createEndpoint(tenant, at('off'), { active: false });
  await replica.createEndpoint(other, at('other'));

  await harness.publish({ tenant, type: 'github.push', provider: 'github' });
  await receiver.waitFor(4);
  const ledger = await harness.expectSettled(replica);
  expect(ledger.delivered).toBe(4);
  expect(receiver.requests.map(({ path }) => path).sort()).toEqual([
    '/all',
    '/exact',
    '/family',
    '/overlapping',
  ]);
});

test("the body has id, type, timestamp and the payload's own bytes, and both signatures verify", async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { secret } = await replica.createEndpoint(tenant, `${receiver.url}hook?a=1&b=%20`, {
    headers: { 'X-Custom': 'kept as it is', Authorization: 'Bearer of-the-receiver' },
  });
  const payload =
    '{ "big": 9007199254740993123, "dup":1, "dup":2,\n "text":"ключ \\u00e9 🦔 <&>", "f":1.0e3 }';
  const time = '2026-01-02T03:04:05.678Z';
  const id = await harness.publish({ tenant, type: 'project.created', time, payload });
  await receiver.waitFor(1);

  const request = first(receiver);
  expect(request.body.toString()).toBe(
    `{"id":"${id}","type":"project.created","timestamp":"${time}","data":${payload}}`,
  );
  expect(request).toMatchObject({ method: 'POST', path: '/hook?a=1&b=%20' });
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(request.body.length),
    'webhook-id': id,
    'x-webhook-id': id,
    'x-webhook-event': 'project.created',
    'x-custom': 'kept as it is',
    authorization: 'Bearer of-the-receiver',
  });
  expect(request.headers['user-agent']).toMatch(/^Hookline\//);
  verifyStandard(request, secret);
  expect(verifyPlain(request, secret)).toBe(true);
  expect(() => verifyStandard({ ...request, body: Buffer.from('{}') }, secret)).toThrow();
  expect(verifyPlain({ ...request, body: Buffer.from('{}') }, secret)).toBe(false);
});

test("each attempt sends the trace context of the event's request, if it is valid", async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: (_, n) => ({ status: n < 3 ? 500 : 200 }) });
  await replica.createEndpoint(tenant, receiver.url);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await harness.publish({ tenant, traceparent });
  await receiver.waitFor(3);
  expect(receiver.requests.map(({ headers }) => headers['traceparent'])).toEqual(Array(3).fill(traceparent));

  await harness.publish({ tenant, traceparent: `${traceparent}\u00e9` });
  await receiver.waitFor(4);
  expect(receiver.requests[3]?.headers['traceparent']).toBeUndefined();
});

test('a payload of 1 MB arrives byte for byte', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { secret } = await replica.createEndpoint(tenant, receiver.url, { timeoutSeconds: 10 });
  const payload = JSON.stringify({ text: 'ä"\\\n'.repeat(180_000) });
  expect(payload.length).toBeGreaterThan(1_000_000);
  await harness.publish({ tenant, payload });
  await receiver.waitFor(1);
  const { body } = first(receiver);
  expect(body.subarray(body.indexOf('"data":') + 7, -1).equals(Buffer.from(payload))).toBe(true);
  verifyStandard(first(receiver), secret);
});

test('each retry has the same id and body, and its own timestamp and signature', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: (_, n) => ({ status: n < 3 ? 500 : 200 }) });
  const { secret, id: endpointId } = await replica.createEndpoint(tenant, receiver.url);
  // More precise than Hookline's format, and in another time zone: a retry must send the same time as the first attempt.
  const id = await harness.publish({ tenant, time: '2026-01-02T04:04:05.123456+01:00' });
  await receiver.waitFor(3);
  const { requests } = receiver;
  for (const request of requests) {
    verifyStandard(request, secret);
    expect(verifyPlain(request, secret)).toBe(true);
  }
  const distinct = (pick: (request: ReceivedRequest) => unknown) => new Set(requests.map(pick)).size;
  expect(distinct(({ body }) => body.toString())).toBe(1);
  expect(requests[0]?.body.toString()).toContain('"timestamp":"2026-01-02T03:04:05.123Z"');
  expect(distinct(({ headers }) => headers['webhook-id'])).toBe(1);
  expect(distinct(({ headers }) => headers['webhook-timestamp'])).toBe(3);
  expect(distinct(({ headers }) => headers['webhook-signature'])).toBe(3);
  expect(distinct(({ headers }) => headers['x-webhook-signature'])).toBe(3);

  await harness.expectSettled(replica);
  const { json } = await replica.call('GET', `/api/deliveries/${deliveryId(id, endpointId)}`);
  expect(json.data).toMatchObject({ status: 'success', attempts: 3, responseCode: 200, errorCode: null });
  expect(json.data.attemptLog.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'retry',
    'retry',
    'success',
  ]);
});

test('after a rotation both secrets verify, and after two rotations all three do', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id, secret: oldest } = await replica.createEndpoint(tenant, receiver.url);
  const rotate = async () =>
    (await replica.call('POST', `/api/webhooks/${id}/regenerate-secret`, { as: tenant })).json.data
      .secret as string;
  const newer = await rotate();
  await harness.publish({ tenant });
  await receiver.waitFor(1);
  const newest = await rotate();
  await harness.publish({ tenant });
  await receiver.waitFor(2);

  for (const secret of [oldest, newer]) verifyStandard(receiver.requests[0] as ReceivedRequest, secret);
  for (const secret of [oldest, newer, newest])
    verifyStandard(receiver.requests[1] as ReceivedRequest, secret);
  // The plain header carries one signature, by the newest secret.
  expect(verifyPlain(receiver.requests[1] as ReceivedRequest, newest)).toBe(true);
  expect(verifyPlain(receiver.requests[1] as ReceivedRequest, oldest)).toBe(false);
});

test('a secret no longer signs after its grace period', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id, secret: old } = await replica.createEndpoint(tenant, receiver.url);
  await replica.call('POST', `/api/webhooks/${id}/regenerate-secret`, { as: tenant });
  await harness.asOwner(
    `update endpoints set secrets = jsonb_set(secrets, '{1,expiresAt}', to_jsonb(now() - interval '1 second')) where id = $1`,
    [id],
  );
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { name: 'renamed' } });
  await harness.publish({ tenant });
  await receiver.waitFor(1);
  expect(String(first(receiver).headers['webhook-signature']).split(' ')).toHaveLength(1);
  expect(() => verifyStandard(first(receiver), old)).toThrow();
});

test('an endpoint signs with the secret that its tenant set, until the tenant sets another', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const own = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;
  const [brought, next] = [own(24), own(64)];
  const { id, secret } = await replica.createEndpoint(tenant, receiver.url, { secret: brought });
  expect(secret).toBe(brought);
  await harness.publish({ tenant });
  await receiver.waitFor(1);
  verifyStandard(first(receiver), brought);
  expect(verifyPlain(first(receiver), brought)).toBe(true);

  const rotate = (body: Record<string, unknown>) =>
    replica.call('POST', `/api/webhooks/${id}/regenerate-secret`, { as: tenant, body });
  // A secret that is known to others ends at once, and with it the earlier secrets.
  const rotated = await rotate({ secret: next, gracePeriodSeconds: 0 });
  expect(rotated.json.data.secret).toBe(next);
  await harness.publish({ tenant });
  await receiver.waitFor(2);
  const second = receiver.requests[1] as ReceivedRequest;
  expect(String(second.headers['webhook-signature']).split(' ')).toHaveLength(1);
  verifyStandard(second, next);

  await rotate({ gracePeriodSeconds: 60 });
  const [row] = await harness.asOwner<{ seconds: number }>(
    `select extract(epoch from (secrets #>> '{1,expiresAt}')::timestamptz - now())::float8 as seconds from endpoints where id = $1`,
    [id],
  );
  expect(row?.seconds).toBeGreaterThan(30);
  expect(row?.seconds).toBeLessThanOrEqual(60);

  for (const secret of [
    own(23),
    own(65),
    'whsec_',
    'not a secret',
    `${own(32)}=`,
    own(32).replace('whsec_', ''),
  ]) {
    const answers = [
      await rotate({ secret }),
      await replica.call('POST', '/api/webhooks', {
        as: tenant,
        body: { name: 'n', url: receiver.url, events: ['*'], secret },
      }),
    ];
    for (const { status, json, text } of answers) {
      expect([status, json.code, json.details[0].path]).toEqual([400, 'invalid_request', 'body/secret']);
      if (secret.length > 10) expect(text).not.toContain(secret);
    }
  }
  expect((await rotate({ gracePeriodSeconds: 604_801 })).status).toBe(400);
});

test('a test event is sent to its endpoint alone, whatever the endpoint subscribes to', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id, secret } = await replica.createEndpoint(tenant, `${receiver.url}tested`, { events: ['a.b'] });
  await replica.createEndpoint(tenant, `${receiver.url}other`);
  const answer = await replica.call('POST', `/api/webhooks/${id}/test`, { as: tenant });
  expect(answer.status).toBe(202);
  await receiver.waitFor(1);
  expect(first(receiver).path).toBe('/tested');
  expect(first(receiver).headers['webhook-id']).toBe(answer.json.data.eventId);
  verifyStandard(first(receiver), secret);
  await harness.expectSettled(replica);
  expect(receiver.requests).toHaveLength(1);
});
