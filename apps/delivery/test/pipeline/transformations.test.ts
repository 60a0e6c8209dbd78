import { deliveryId } from '@hookline/contracts';
import type { ReceivedRequest } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';
import { verifyPlain, verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

test('the output of a transformation is signed and sent, with the same id', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const code = `function handler(webhook) {
    webhook.method = 'PUT';
    webhook.headers['x-kind'] = webhook.eventType;
    delete webhook.headers['x-removed'];
    webhook.payload = { text: 'Größe ' + webhook.payload.data.n, id: webhook.event.id };
    return webhook;
  }`;
  const { id, secret } = await replica.createEndpoint(tenant, receiver.url, {
    transformation: { code },
    headers: { 'x-kept': 'yes', 'x-removed': 'no' },
  });
  const eventId = await harness.publish({ tenant, type: 'order.paid', payload: { n: 7 } });
  const [request] = await receiver.waitFor(1);
  expect(request?.method).toBe('PUT');
  expect(JSON.parse(request?.body.toString() ?? '')).toEqual({ text: 'Größe 7', id: eventId });
  expect(request?.headers).toMatchObject({
    'webhook-id': eventId,
    'x-kind': 'order.paid',
    'x-kept': 'yes',
    'content-type': 'application/json',
  });
  expect(request?.headers['x-removed']).toBeUndefined();
  const sent = request as ReceivedRequest;
  verifyStandard(sent, secret);
  expect(verifyPlain(sent, secret)).toBe(true);
  await waitForDelivery(replica, deliveryId(eventId, id), ['success']);
});

test('the code of a transformation never sees a secret header, and the stored value is sent where it leaves it', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const code = `function handler(w) {
    w.payload = w.headers;
    delete w.headers['x-session-token'];
    w.headers['x-plain'] = 'changed';
    return w;
  }`;
  await replica.createEndpoint(tenant, receiver.url, {
    transformation: { code },
    headers: { 'X-Api-Key': 'of the shop', 'x-session-token': 'left out', 'x-plain': 'p' },
  });
  await harness.publish({ tenant });
  const [request] = await receiver.waitFor(1);
  expect(request?.headers).toMatchObject({ 'x-api-key': 'of the shop', 'x-plain': 'changed' });
  expect(request?.headers['x-session-token']).toBeUndefined();
  expect(JSON.parse(request?.body.toString() ?? '')).toEqual({
    'X-Api-Key': '[redacted]',
    'x-plain': 'changed',
  });
});

test('a secret header that the code moves to another name is not sent, and the failure does not show its value', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const code = `function handler(w) {
    if (w.payload.data.shout) throw new Error('it is ' + w.headers['x-api-key']);
    w.headers['x-other'] = w.headers['x-api-key'];
    return w;
  }`;
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    transformation: { code },
    headers: { 'x-api-key': 'of the shop' },
    retrySchedule: [],
  });
  for (const [shout, message] of [
    [true, 'The transformation failed: Error: it is [redacted] (line 2)'],
    [
      false,
      'The transformation failed: webhook.headers: the value of x-other is [redacted], which stands for a secret of the endpoint in the header of the same name only',
    ],
  ] as const) {
    const eventId = await harness.publish({ tenant, payload: { shout } });
    const delivery = await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
    expect(delivery.errorMessage).toBe(message);
  }
  expect(receiver.requests).toHaveLength(0);
});

test('an event that the transformation drops settles its delivery, and the journey says so', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    name: 'picky',
    transformation: { code: 'const handler = (w) => { w.cancel = w.payload.data.n === 1; return w; };' },
  });
  const dropped = await harness.publish({ tenant, payload: { n: 1 } });
  await harness.publish({ tenant, payload: { n: 2 } });
  await receiver.waitFor(1);
  expect(await waitForDelivery(replica, deliveryId(dropped, id), ['success'])).toMatchObject({
    attempts: 1,
    responseCode: null,
    errorCode: null,
    attemptLog: [{ outcome: 'dropped', responseCode: null, errorCode: null }],
  });
  const { steps } = (await replica.call('GET', `/api/webhook-events/${dropped}/journey`)).json.data;
  expect(steps.at(-1)).toMatchObject({
    step: 'dropped',
    text: 'It was dropped by the transformation of "picky": nothing was sent',
  });
  await harness.expectSettled(replica);
  expect(receiver.requests).toHaveLength(1);
});

describe('a failing transformation is a failed attempt with its reason, and correcting it lets the delivery succeed', () => {
  test.each([
    [
      'throws',
      'function handler(w) {\n  return w.payload.data.a.b;\n}',
      'transformation_failed',
      "The transformation failed: TypeError: cannot read property 'b' of undefined (line 2)",
    ],
    [
      'takes too long',
      'function handler() { for (;;); }',
      'transformation_timeout',
      'The transformation failed: The code took more than 100 ms (line 1)',
    ],
    [
      'takes too much memory',
      'function handler() { let s = "x"; for (;;) s += s; }',
      'transformation_failed',
      'The transformation failed: The code needed more than 32 MB of memory (line 1)',
    ],
    [
      'sets a header that is ours',
      'function handler(w) { w.headers["webhook-id"] = "x"; }',
      'transformation_failed',
      'The transformation failed: webhook.headers: webhook-id is set by Hookline or by HTTP itself',
    ],
    [
      'sets a header that no request can carry',
      'function handler(w) { w.headers.a = "x\\r\\ny: z"; }',
      'transformation_failed',
      'The transformation failed: webhook.headers: the value of a has characters that a header cannot carry',
    ],
    [
      'takes another method',
      'function handler(w) { w.method = "DELETE"; }',
      'transformation_failed',
      'The transformation failed: webhook.method must be one of POST, PUT, PATCH, not "DELETE"',
    ],
    [
      'makes the method something that is no text',
      'function handler(w) { w.method = { toString: 1 }; }',
      'transformation_failed',
      'The transformation failed: webhook.method must be one of POST, PUT, PATCH, not an object',
    ],
    [
      'makes a header something that is no text',
      'function handler(w) { w.headers = { a: { toString: 1, valueOf: null } }; }',
      'transformation_failed',
      'The transformation failed: webhook.headers: the value of a must be text',
    ],
    [
      'returns what JSON makes nothing of',
      'function handler() { return { toJSON() { return undefined; } }; }',
      'transformation_failed',
      'The transformation failed: TypeError: handler must return the webhook, an object',
    ],
    [
      'replaces how promises are read',
      'Promise.prototype.then = function () { return {}; }; async function handler() { return []; }',
      'transformation_failed',
      'The transformation failed: TypeError: handler must return the webhook, an object',
    ],
    [
      'throws null',
      'function handler() { throw null; }',
      'transformation_failed',
      'The transformation failed: Thrown: null',
    ],
    [
      'throws what is no text',
      'function handler() { throw { message: { toString: 1 }, toString: 1 }; }',
      'transformation_failed',
      'The transformation failed: Thrown: {"message":{"toString":1},"toString":1}',
    ],
    [
      'takes too long in one built-in function',
      'function handler() { /(x+x+)+y/.test("x".repeat(3e4)); }',
      'transformation_timeout',
      expect.stringMatching(/^The transformation failed: The code took more than 100 ms/),
    ],
    [
      'takes the payload away',
      'function handler(w) { delete w.payload; }',
      'transformation_failed',
      'The transformation failed: webhook.payload is missing or not JSON',
    ],
  ])('%s', async (_name, code, errorCode, errorMessage) => {
    const tenant = newTenant();
    const receiver = await receive();
    const { id } = await replica.createEndpoint(tenant, receiver.url, { transformation: { code } });
    const neighbour = await replica.createEndpoint(tenant, receiver.url);
    const eventId = await harness.publish({ tenant });
    await waitForDelivery(replica, deliveryId(eventId, neighbour.id), ['success']);
    const failed = await waitForDelivery(replica, deliveryId(eventId, id), ['retrying']);
    expect(failed).toMatchObject({ errorCode, errorMessage, responseCode: null });
    expect(failed.attemptLog[0]).toMatchObject({
      outcome: 'retry',
      errorCode,
      errorMessage,
      responseCode: null,
    });
    const mended = { transformation: { code: 'function handler(w) { w.payload = { mended: true }; }' } };
    await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: mended });
    await waitForDelivery(replica, deliveryId(eventId, id), ['success']);
    expect(receiver.requests.at(-1)?.body.toString()).toBe('{"mended":true}');
  });

  test('after the last retry it is a dead letter', async () => {
    const tenant = newTenant();
    const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/', {
      transformation: { code: 'function handler() { throw new Error("never"); }' },
      retrySchedule: [],
    });
    const eventId = await harness.publish({ tenant });
    const dead = await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
    expect(dead).toMatchObject({ attempts: 1, errorCode: 'transformation_failed' });
    await harness.expectSettled(replica);
  });
});

test('an error text that Postgres cannot store is a failed attempt like any other', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const code = 'const handler = ({ payload }) => { throw new Error("bad " + payload.data.name); }';
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    transformation: { code },
    retrySchedule: [],
  });
  const eventId = await harness.publish({ tenant, payload: '{"name":"a\\u0000b\\ud800"}' });
  const delivery = await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
  expect(delivery).toMatchObject({ attempts: 1, errorCode: 'transformation_failed' });
  expect(delivery.errorMessage).toContain('bad a\uFFFDb');
  expect(receiver.requests).toHaveLength(0);

  const refused = await replica.call('POST', `/api/dead-letters/${deliveryId(eventId, id)}/discard`, {
    as: tenant,
    body: { reason: 'a\u0000b' },
  });
  expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
});

test('a payload of a megabyte is transformed in time', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    transformation: { code: 'function handler(w) { w.payload = { length: w.payload.data.length }; }' },
    retrySchedule: [],
  });
  const event = await replica.call('POST', `/api/webhooks/${id}/transform`, {
    as: tenant,
    body: { event: { type: 'a.b', data: 'x'.repeat(900_000) } },
  });
  expect(event.json.data.after.body).toEqual({ length: 900_000 });
  const fits = await harness.publish({ tenant, payload: JSON.stringify('x'.repeat(1_048_000)) });
  expect((await waitForDelivery(replica, deliveryId(fits, id), ['success', 'failed'])).status).toBe(
    'success',
  );
});

test('code that does not compile is refused on save, with the line', async () => {
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/');
  const cases: [code: string, error: string, line: number | null][] = [
    ['function handler(w) {\n  return w +;\n}', 'body/transformation/code: SyntaxError: ', 2],
    ['const transform = (w) => w;', 'body/transformation/code: There is no function named handler', null],
    ['for (;;);', 'body/transformation/code: The code took more than 100 ms', 1],
  ];
  const valid = { name: 'x', url: 'http://127.0.0.1:9/', events: ['*'] };
  for (const [code, error, line] of cases) {
    const body = { transformation: { code } };
    for (const answer of [
      await replica.call('POST', '/api/webhooks', { as: tenant, body: { ...valid, ...body } }),
      await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body }),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.json.code).toBe('invalid_transformation');
      expect(answer.json.error).toContain(error);
      if (line !== null) expect(answer.json.details[0].line).toBe(line);
    }
  }
  // No call accepts a character that Postgres cannot store.
  const nul = { transformation: { code: 'function handler() {} // \u0000' } };
  expect((await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: nul })).status).toBe(400);
});

test('a dry run shows the request with and without the transformation, and sends nothing', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    active: false,
    headers: { 'x-api-key': 'a value that is hidden', 'x-plain': 'p' },
    transformation: {
      code: `function handler(w) {
        console.log('headers', w.headers);
        w.payload = { type: w.payload.type, keys: Object.keys(w.payload.data) };
        return w;
      }`,
    },
  });
  const eventId = await harness.publish({ tenant, type: 'a.b', payload: { x: 1, y: 2 } });
  await harness.expectSettledEvent(eventId);
  const transform = async (body: object) =>
    (await replica.call('POST', `/api/webhooks/${id}/transform`, { as: tenant, body })).json.data;
  const headers = { 'x-api-key': '[redacted]', 'x-plain': 'p' };
  expect(await transform({ eventId })).toEqual({
    before: {
      method: 'POST',
      headers,
      body: { id: eventId, type: 'a.b', timestamp: expect.any(String), data: { x: 1, y: 2 } },
    },
    after: { method: 'POST', headers, body: { type: 'a.b', keys: ['x', 'y'] } },
    dropped: false,
    error: null,
    console: [expect.stringMatching(/^headers \{.*"x-api-key":"\[redacted\]"/)],
    durationMs: expect.any(Number),
  });
  const tried = await transform({
    event: { type: 'c.d', data: [1] },
    transformation: { code: 'function handler(w) {\n  console.log("here");\n  null.x;\n}' },
  });
  expect(tried).toMatchObject({
    before: { body: { type: 'c.d', data: [1] } },
    after: null,
    dropped: false,
    error: { code: 'transformation_failed', line: 3, message: expect.stringContaining('(line 3)') },
    console: ['here'],
  });
  const drops = { code: 'function handler(w) { w.cancel = true; return w; }' };
  expect(await transform({ eventId, transformation: drops })).toMatchObject({
    after: null,
    dropped: true,
    error: null,
  });
  expect((await transform({ eventId, transformation: null })).after.body.data).toEqual({ x: 1, y: 2 });
  const explained = await replica.call('POST', `/api/webhooks/${id}/explain`, {
    as: tenant,
    body: { eventId },
  });
  expect(explained.json.data.transformation.after.body).toEqual({ type: 'a.b', keys: ['x', 'y'] });
  const nothing = await replica.call('POST', `/api/webhooks/${id}/transform`, { as: tenant, body: {} });
  expect(nothing.json).toMatchObject({
    code: 'invalid_request',
    error: 'body must name an event: eventId or event',
  });
  expect(receiver.requests).toEqual([]);
});

test('a dry run shows console output as a few lines of text, even if the code changed Array.prototype', async () => {
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/', { active: false });
  const code = `Array.prototype.toJSON = () => 'x'.repeat(1e6);
    function handler(w) { console.log('a', [1]); throw null; }`;
  const { json } = await replica.call('POST', `/api/webhooks/${id}/transform`, {
    as: tenant,
    body: { event: { type: 'a.b', data: 1 }, transformation: { code } },
  });
  expect(json.data).toMatchObject({
    after: null,
    error: { message: 'The transformation failed: Thrown: null' },
  });
  expect(json.data.console).toEqual([expect.stringMatching(/^a /)]);
  expect(json.data.console[0].length).toBeLessThanOrEqual(8_192);
});

test('a template is chosen by its name, and its code can be copied', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { json } = await replica.call('GET', '/api/webhooks/templates', { as: tenant });
  expect(json.data.map(({ id }: { id: string }) => id)).toEqual([
    'slack',
    'discord',
    'microsoft-teams',
    'text',
    'generic',
  ]);
  const [slack] = json.data;
  await replica.createEndpoint(tenant, receiver.url, { transformation: { template: 'slack' } });
  await replica.createEndpoint(tenant, receiver.url, { transformation: { code: slack.code } });
  await harness.publish({ tenant, type: 'order.paid', payload: { amount: 5, note: '<!channel> & co' } });
  const bodies = (await receiver.waitFor(2)).map(({ body }) => body.toString());
  expect(bodies[0]).toBe(bodies[1]);
  expect(JSON.parse(bodies[0] as string)).toEqual({
    text: 'order.paid',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*order.paid*' } },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*amount*\n5' },
          { type: 'mrkdwn', text: '*note*\n&lt;!channel&gt; &amp; co' },
        ],
      },
    ],
  });
});

test('a deleted event cannot be used in a dry run, and is not among the last events', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    transformation: { template: 'slack' },
  });
  const [kept, gone] = [await harness.publish({ tenant }), await harness.publish({ tenant })];
  await waitForDelivery(replica, deliveryId(kept, id), ['success']);
  await waitForDelivery(replica, deliveryId(gone, id), ['success']);
  const call = (method: string, path: string, body?: object) =>
    replica.call(method, path, { as: tenant, ...(body && { body }) });
  const { receivedAt } = (await call('GET', `/api/webhook-events/${kept}`)).json.data;
  expect((await call('DELETE', `/api/webhook-events/${gone}`)).status).toBe(200);

  for (const operation of ['transform', 'explain']) {
    const answer = await call('POST', `/api/webhooks/${id}/${operation}`, { eventId: gone });
    expect(answer, operation).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect((await call('POST', `/api/webhooks/${id}/${operation}`, { eventId: kept })).status).toBe(200);
  }
  const { lastEvents } = (await call('POST', `/api/webhooks/${id}/explain`, { lastEvents: 10 })).json.data;
  expect(lastEvents).toMatchObject({ looked: 1, events: [{ id: kept }] });
  expect((await call('GET', '/api/webhooks/activity')).json.data.lastEventTime).toBe(receivedAt);
});
