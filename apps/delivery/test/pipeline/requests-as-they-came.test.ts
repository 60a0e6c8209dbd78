import { encodeKeptRequest, ensurePayloadObjects } from '@hookline/bus';
import { deliveryId, ID_PREFIX, type KeptRequest } from '@hookline/contracts';
import { createSecretBox, keptRequestPlace } from '@hookline/db';
import { createIdFactory, internalHeaders } from '@hookline/service';
import { verifyStandardWebhook } from '@hookline/signing';
import { type ReceivedRequest, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, TOKEN, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

const FORM = 'payload=%7B%22a%22%3A+1%7D&b=2';

function keep(overrides: Partial<KeptRequest> = {}): Promise<Buffer> {
  const request: KeptRequest = {
    method: 'POST',
    origin: 'https://hooks.example.com',
    path: '/in/token',
    pathSuffix: '',
    query: '',
    isQuerySealed: false,
    headers: [{ name: 'content-type', value: 'application/x-www-form-urlencoded', isSealed: false }],
    headersLeftOut: [],
    body: Buffer.from(FORM),
    ...overrides,
  };
  return Promise.resolve(encodeKeptRequest(request));
}

const plain = (name: string, value: string) => ({ name, value, isSealed: false });
const valuesOf = ({ rawHeaders }: ReceivedRequest, name: string) =>
  rawHeaders.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);

async function scene(settings: object = {}, path = '') {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const endpoint = await replica.createEndpoint(tenant, `${receiver.url}${path}`, {
    format: 'request',
    ...settings,
  });
  return { tenant, receiver, endpoint };
}

test("method, path, query, headers and body arrive as the provider sent them, with Hookline's signature beside the provider's", async () => {
  const { tenant, receiver, endpoint } = await scene({ headers: { 'x-own': 'o' } }, 'hooks/?key=1');
  const request = await keep({
    method: 'PUT',
    pathSuffix: '/a%20b/c',
    query: "x=it's&y=%7E",
    headers: [
      plain('content-type', 'application/x-www-form-urlencoded'),
      plain('user-agent', 'Provider/1'),
      plain('x-twice', '1'),
      plain('x-signature', 's=='),
      plain('x-twice', '2'),
      plain('accept-encoding', 'gzip'),
    ],
  });
  const id = await harness.publish({ tenant, via: 'webhook', provider: 'slack', request });
  const [got] = await receiver.waitFor(1);
  expect(got).toMatchObject({ method: 'PUT', path: "/hooks/a%20b/c?key=1&x=it's&y=%7E" });
  expect(got?.body.toString()).toBe(FORM);
  expect(got?.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(FORM.length),
    'user-agent': 'Provider/1',
    'x-signature': 's==',
    'x-own': 'o',
    'webhook-id': id,
    'x-webhook-id': id,
    'hookline-original-url': "https://hooks.example.com/in/token/a%20b/c?x=it's&y=%7E",
  });
  expect(valuesOf(got as ReceivedRequest, 'x-twice')).toEqual(['1', '2']);
  expect(got?.headers['accept-encoding']).toBeUndefined();
  expect(got?.headers.host).toBe(new URL(receiver.url).host);
  const verified = verifyStandardWebhook({
    headers: got?.headers as Record<string, string>,
    body: got?.body as Buffer,
    secrets: [endpoint.secret],
  });
  expect(verified.id).toBe(id);
  await harness.expectSettledEvent(id);
});

test('a retry sends the same request, also after the event was stored', async () => {
  const { tenant, receiver, endpoint } = await scene({ retrySchedule: [1] });
  receiver.respond = (_request, n) => (n === 1 ? { status: 500 } : {});
  const request = await keep({ query: 'a=1', pathSuffix: '/p' });
  const id = await harness.publish({ tenant, via: 'webhook', request });
  const [first, second] = await receiver.waitFor(2);
  for (const got of [first, second]) {
    expect(got).toMatchObject({ method: 'POST', path: '/p?a=1' });
    expect(got?.body.toString()).toBe(FORM);
    expect(got?.headers['webhook-id']).toBe(id);
  }
  const delivery = await waitForDelivery(replica, deliveryId(id, endpoint.id), ['success']);
  expect(delivery.attempts).toBe(2);
});

test('without hooklineHeaders the request has no header of Hookline but the hop count', async () => {
  const { tenant, receiver } = await scene({ hooklineHeaders: false });
  await harness.publish({ tenant, via: 'webhook', request: await keep() });
  const [got] = await receiver.waitFor(1);
  const names = Object.keys(got?.headers ?? {});
  expect(names.filter((name) => /webhook|hookline|traceparent/.test(name))).toEqual(['hookline-hops']);
});

test("a request that is signed by Standard Webhooks keeps its headers, and gets none of Hookline's of that kind", async () => {
  const { tenant, receiver } = await scene();
  const headers = [
    plain('webhook-id', 'msg_1'),
    plain('webhook-timestamp', '1'),
    plain('webhook-signature', 'v1,x'),
  ];
  const id = await harness.publish({ tenant, via: 'webhook', request: await keep({ headers }) });
  const [got] = await receiver.waitFor(1);
  expect(got?.headers).toMatchObject({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1',
    'webhook-signature': 'v1,x',
    'x-webhook-id': id,
  });
});

test('an encrypted header is sent decrypted, and is never shown', async () => {
  const { tenant, receiver } = await scene();
  const box = createSecretBox(harness.config.encryptionKeys);
  const seal = (text: string) => box.seal(text, keptRequestPlace(tenant));
  const id = await harness.publish({
    tenant,
    via: 'webhook',
    request: await keep({
      query: seal('token=t-1'),
      isQuerySealed: true,
      headers: [{ name: 'authorization', value: seal('Bearer t-1'), isSealed: true }],
    }),
  });
  const [got] = await receiver.waitFor(1);
  expect(got).toMatchObject({ path: '/?token=t-1', headers: { authorization: 'Bearer t-1' } });
  await harness.expectSettledEvent(id);
  const shown = await replica.call('GET', `/api/webhook-events/${id}/request`, { as: tenant });
  expect(shown.json.data).toMatchObject({
    query: null,
    url: 'https://hooks.example.com/in/token',
    headers: [{ name: 'authorization', value: '[redacted]' }],
  });
  const raw = await replica.call('GET', `/api/webhook-events/${id}/raw`, { as: tenant });
  expect(raw.text).toBe(FORM);
  expect(shown.text).not.toContain('t-1');
});

test('a request that cannot be decrypted becomes a dead letter that says so', async () => {
  const { tenant, endpoint } = await scene({ retrySchedule: [] });
  const headers = [{ name: 'authorization', value: 'v2.00000000.x.y', isSealed: true }];
  const id = await harness.publish({ tenant, via: 'webhook', request: await keep({ headers }) });
  await harness.expectSettledEvent(id);
  const rows = await harness.asOwner('select status, error_code from deliveries where endpoint_id = $1', [
    endpoint.id,
  ]);
  expect(rows).toEqual([{ status: 'failed', error_code: 'request_unreadable' }]);
});

test("an event without a kept request is sent as its payload, with the endpoint's method and Hookline's signature", async () => {
  const { tenant, receiver } = await scene({ method: 'PUT', hooklineHeaders: false });
  const id = await harness.publish({ tenant, payload: '{"a":  1}' });
  const [got] = await receiver.waitFor(1);
  expect(got).toMatchObject({ method: 'PUT', path: '/', headers: { 'webhook-id': id } });
  expect(got?.body.toString()).toBe('{"a":  1}');
  expect(got?.headers['webhook-signature']).toMatch(/^v1,/);
  const { status, json } = await replica.call('GET', `/api/webhook-events/${id}/request`, { as: tenant });
  expect([status, json.code]).toEqual([404, 'request_not_kept']);
});

test('a GET is sent without a body, and a request kept without its body gets the payload as body', async () => {
  const { tenant, receiver } = await scene();
  const get = { method: 'GET', query: 'a=1', headers: [], body: Buffer.alloc(0) };
  await harness.publish({ tenant, via: 'webhook', request: await keep(get) });
  const [first] = await receiver.waitFor(1);
  expect(first).toMatchObject({ method: 'GET', path: '/?a=1' });
  expect(first?.body).toHaveLength(0);
  await harness.publish({
    tenant,
    via: 'webhook',
    payload: '{"a": 1.0}',
    request: await keep({ body: undefined }),
  });
  const [, second] = await receiver.waitFor(2);
  expect(second?.body.toString()).toBe('{"a": 1.0}');
});

test('the raw request is returned byte for byte, and never in a form that a browser would run', async () => {
  const { tenant } = await scene();
  const body = Buffer.from([0, 255, 60, 115, 99, 114, 105, 112, 116, 62]);
  const headers = [
    plain('content-type', 'text/html'),
    plain('x-event', 'e'),
    plain('content-encoding', 'gzip'),
  ];
  const id = await harness.publish({ tenant, via: 'webhook', request: await keep({ body, headers }) });
  await harness.expectSettledEvent(id);
  const answer = await fetch(`${replica.url}/api/webhook-events/${id}/raw`, {
    headers: internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
  });
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(body);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': `attachment; filename="${id}.body"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-original-x-event': 'e',
    'x-original-content-encoding': 'gzip',
    'hookline-request-method': 'POST',
  });
  const { json } = await replica.call('GET', `/api/webhook-events/${id}/request`, { as: tenant });
  expect(json.data.body).toEqual({
    sizeBytes: body.length,
    isPayload: false,
    encoding: 'base64',
    content: body.toString('base64'),
    isCut: false,
  });
  const other = await replica.call('GET', `/api/webhook-events/${id}/raw`, { as: newTenant() });
  expect(other.status).toBe(404);
});

/** Asks for the whole request as the gateway does. */
async function getMessage(tenant: string, id: string, query = '') {
  const answer = await fetch(`${replica.url}/api/webhook-events/${id}/raw${query}`, {
    headers: {
      ...internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
      accept: 'message/http',
    },
  });
  const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text };
}

test('the whole request is returned as an HTTP message, without its secrets and to its own tenant only', async () => {
  const { tenant } = await scene();
  const box = createSecretBox(harness.config.encryptionKeys);
  const value = box.seal('Bearer t-1', keptRequestPlace(tenant));
  const body = Buffer.from([0, 255, 13, 10, 60]);
  const id = await harness.publish({
    tenant,
    via: 'webhook',
    request: await keep({
      method: 'PUT',
      pathSuffix: '/p',
      query: 'a=1',
      headers: [plain('x-event', 'e'), { name: 'authorization', value, isSealed: true }],
      headersLeftOut: ['x-large'],
      body,
    }),
  });
  await harness.expectSettledEvent(id);
  const message = await getMessage(tenant, id);
  expect(message.text).toBe(
    `PUT /in/token/p?a=1 HTTP/1.1\r\nhost: hooks.example.com\r\nx-event: e\r\nauthorization: [redacted]\r\ncontent-length: 5\r\n\r\n${body.toString('latin1')}`,
  );
  expect(message.headers).toMatchObject({
    'content-type': 'message/http;version=1.1;msgtype=request',
    'content-security-policy': "default-src 'none'; sandbox",
    'hookline-request-kept': 'true',
    'hookline-path-suffix': '/p',
    'hookline-redacted': 'authorization',
    'hookline-headers-left-out': 'x-large',
    vary: 'accept',
  });
  expect((await getMessage(newTenant(), id)).status).toBe(404);

  // The gateway lets only a caller with the scope for it ask for the secrets.
  const whole = await getMessage(tenant, id, '?secrets=true');
  expect(whole.text).toBe(message.text.replace('[redacted]', 'Bearer t-1'));
  expect(whole.headers['hookline-redacted']).toBeUndefined();
  expect((await getMessage(newTenant(), id, '?secrets=true')).status).toBe(404);
  const shown = async (query: string) =>
    (await replica.call('GET', `/api/webhook-events/${id}/request${query}`, { as: tenant })).json.data
      .headers;
  expect(await shown('')).toContainEqual({ name: 'authorization', value: '[redacted]' });
  expect(await shown('?secrets=true')).toContainEqual({ name: 'authorization', value: 'Bearer t-1' });
});

test('the message of an event without a kept request is the POST of its payload that an endpoint gets', async () => {
  const { tenant } = await scene();
  const id = await harness.publish({ tenant, payload: '{"a":  1}' });
  const message = await getMessage(tenant, id);
  expect(message.text).toBe(
    'POST / HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a":  1}',
  );
  expect(message.headers['hookline-request-kept']).toBe('false');
});

test.each([
  [{ batching: { maxEvents: 2, windowSeconds: 1 } }, /body\/format.*batching/],
  [{ transformation: { template: 'generic' } }, /body\/format.*transformation/],
  [{ format: 'event', hooklineHeaders: false }, /body\/hooklineHeaders/],
  [{ body: 'compact' }, /body\/body/],
] as const)('%j does not go with it: the error names the field', async (settings, message) => {
  const { status, json } = await replica.call('POST', '/api/webhooks', {
    as: newTenant(),
    body: { name: 'n', url: 'https://hooks.hookline.dev/', events: ['*'], format: 'request', ...settings },
  });
  expect(status).toBe(400);
  expect(json.error).toMatch(message);
});

/** Events of one request, as ingest creates them: with ids of one millisecond. */
async function publishTogether(tenant: string, types: readonly string[], isLarge: boolean) {
  const nextEventId = createIdFactory(ID_PREFIX.event);
  const nowMs = Date.now();
  const ids = types.map(() => nextEventId(nowMs));
  const [requestid = ''] = ids;
  const request = await keep({ body: Buffer.from(JSON.stringify(types)) });
  const ref = `${requestid}.request`;
  if (isLarge)
    await (await ensurePayloadObjects(harness.bus, harness.config.streams)).put(ref, request, 10_000);
  for (const [index, type] of types.entries()) {
    await harness.publish({
      id: ids[index] as string,
      tenant,
      type,
      via: 'webhook',
      requestid,
      ...(isLarge ? { requestref: ref } : { request }),
    });
  }
  for (const id of ids) await harness.expectSettledEvent(id);
  return ids;
}

test.each([false, true])(
  'a request that brought several events goes out once to each endpoint, however it is kept (large: %s)',
  async (isLarge) => {
    const { tenant, receiver } = await scene({ events: ['app.b', 'app.c'] });
    const events = await startReceiver();
    onTestFinished(() => events.close());
    await replica.createEndpoint(tenant, events.url);
    const types = ['app.a', 'app.b', 'app.c', 'app.c'];
    const ids = await publishTogether(tenant, types, isLarge);
    expect(events.requests).toHaveLength(4);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.body.toString()).toBe(JSON.stringify(types));

    const holder = receiver.requests[0]?.headers['webhook-id'] as string;
    const other = ids.slice(1).find((id) => id !== holder) as string;
    const journey = await replica.call('GET', `/api/webhook-events/${other}/journey`, { as: tenant });
    expect(journey.text).toContain(`got this request with another event (${holder})`);
    for (const id of ids) {
      const { json } = await replica.call('GET', `/api/webhook-events/${id}/request`, { as: tenant });
      expect(json.data).toMatchObject({ requestId: ids[0], body: { content: JSON.stringify(types) } });
    }
    const kept = await harness.asOwner('select id from shared_requests where id = $1', [ids[0]]);
    expect(kept).toHaveLength(isLarge ? 1 : 0);
  },
);

test('a replay sends a request with several events once, whichever of them is selected', async () => {
  const { tenant, receiver, endpoint } = await scene();
  const ids = await publishTogether(tenant, ['app.a', 'app.b', 'app.c'], true);
  const replay = await replica.call('POST', '/api/replays', {
    as: tenant,
    body: { selection: { kind: 'events' }, targetWebhookId: endpoint.id },
  });
  expect(replay.status).toBe(202);
  await receiver.waitFor(2);
  for (const id of ids) await harness.expectSettledEvent(id);
  expect(receiver.requests).toHaveLength(2);
});

test('deleting one event of a request deletes the request of all of them', async () => {
  const { tenant } = await scene();
  for (const isLarge of [false, true]) {
    const [first = '', second = ''] = await publishTogether(tenant, ['app.a', 'app.b'], isLarge);
    expect((await replica.call('DELETE', `/api/webhook-events/${first}`, { as: tenant })).status).toBe(200);
    const { json } = await replica.call('GET', `/api/webhook-events/${second}/request`, { as: tenant });
    expect(json.code).toBe('request_not_kept');
  }
});
