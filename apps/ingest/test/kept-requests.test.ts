import { request } from 'node:http';
import { decodeKeptRequest } from '@hookline/bus';
import { createSecretBox, keptRequestPlace } from '@hookline/db';
import { expect, test } from 'vitest';
import { createHarness, type Harness, type StoredEvent } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 'a-secret-of-the-tests';
const body = '{"action":"opened","repository":{"full_name":"acme/api"}}';

const keptOf = (event: StoredEvent | undefined) => decodeKeptRequest(event?.request as Uint8Array);
const textOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();
const openerOf = (harness: Harness) => createSecretBox(harness.config.encryptionKeys);

/** Sends a request as a client does, with every header name as written. */
async function bearerSource(harness: Harness, settings: object = {}) {
  const replica = await harness.startReplica();
  const source = await replica.createSource({ provider: 'bearer', secret, ...settings }, 'acme');
  const path = new URL(source.url).pathname;
  const send = (options: { suffix?: string; headers?: Record<string, string>; body?: string } = {}) =>
    replica.deliver(`${path}${options.suffix ?? ''}`, {
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...options.headers },
      body: Buffer.from(options.body ?? '{"type":"lamp.on"}'),
    });
  return { replica, source, path, send };
}

test('the kept request of an event has the method, the address and the headers, and no body if the body is the payload', async () => {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const path = new URL(source.url).pathname;
  const request = signGithub({ secret, body, event: 'issues', id: 'd-1' });
  const { status } = await replica.deliver(`${path}/hooks/1?x=a%20b&y`, {
    ...request,
    headers: {
      ...request.headers,
      cookie: 'session=1',
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      via: '1.1 proxy.internal',
    },
  });
  expect(status).toBe(200);
  const [event] = await harness.readEvents();
  expect(Buffer.from(event?.payload ?? []).toString()).toBe(body);
  const kept = await keptOf(event);
  expect(kept).toMatchObject({
    method: 'POST',
    origin: 'https://hooks.example.com',
    path,
    pathSuffix: '/hooks/1',
    query: 'x=a%20b&y',
    isQuerySealed: false,
    headersLeftOut: [],
    body: undefined,
  });
  const headers = Object.fromEntries(kept.headers.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(request.headers))
    expect(headers[name.toLowerCase()]).toBe(value);
  for (const name of [
    'cookie',
    'host',
    'content-length',
    'connection',
    'x-forwarded-for',
    'x-real-ip',
    'via',
  ])
    expect(headers).not.toHaveProperty(name);
});

test('the bytes of a form are kept, in addition to the JSON payload that ingest converted them to', async () => {
  const harness = await createHarness();
  const { send } = await bearerSource(harness);
  const form = 'type=lamp.on&room=a+b%21';
  await send({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form });
  const [event] = await harness.readEvents();
  expect(JSON.parse(Buffer.from(event?.payload ?? []).toString())).toEqual({ type: 'lamp.on', room: 'a b!' });
  expect(textOf((await keptOf(event)).body)).toBe(form);
});

test('a bearer token is kept sealed, and its plain text is not in the message', async () => {
  const harness = await createHarness();
  const { send } = await bearerSource(harness);
  await send();
  const [event] = await harness.readEvents();
  expect(Buffer.from(event?.request ?? []).includes(secret)).toBe(false);
  const kept = await keptOf(event);
  const header = kept.headers.find(({ name }) => name === 'authorization');
  expect(header?.isSealed).toBe(true);
  expect(openerOf(harness).open(header?.value ?? '', keptRequestPlace('acme'))).toBe(`Bearer ${secret}`);
});

test('the header that a source names for its API key is sealed, and so is a query with a secret', async () => {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const source = await replica.createSource(
    { provider: 'api-key', secret, options: { header: 'X-Door' } },
    'acme',
  );
  await replica.deliver(`${new URL(source.url).pathname}?access_token=${encodeURIComponent(secret)}`, {
    headers: { 'x-door': secret, 'content-type': 'application/json' },
    body: Buffer.from('{"type":"a"}'),
  });
  const [event] = await harness.readEvents();
  expect(Buffer.from(event?.request ?? []).includes(secret)).toBe(false);
  const kept = await keptOf(event);
  expect(kept.isQuerySealed).toBe(true);
  expect(openerOf(harness).open(kept.query, keptRequestPlace('acme'))).toContain('access_token=');
  expect(kept.headers.find(({ name }) => name === 'x-door')?.isSealed).toBe(true);
});

test('a source with keepRequest false keeps no requests, and keeps them again after the setting is removed', async () => {
  const harness = await createHarness();
  const { replica, source, send } = await bearerSource(harness, { keepRequest: false });
  expect(source.keepRequest).toBe(false);
  await send({ body: '{"type":"a"}' });
  await replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { keepRequest: null } });
  await send({ body: '{"type":"b"}' });
  const [first, second] = await harness.readEvents();
  expect(first?.request).toBeUndefined();
  expect(second?.request).toBeDefined();
});

test.each(['/..', '/a/../b', '/%2e%2E/b', '/a/./b', '/a%2f..%2fb'])(
  'a path with dot segments (%s) is refused',
  async (suffix) => {
    const harness = await createHarness();
    const { replica, path } = await bearerSource(harness);
    // fetch would resolve the dot segments.
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(replica.url);
      const sent = request({ hostname, port, path: path + suffix, method: 'POST' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.once('error', reject);
      sent.setHeader('authorization', `Bearer ${secret}`);
      sent.end('{"type":"a"}');
    });
    expect(status).toBe(400);
    expect(await harness.readEvents()).toEqual([]);
  },
);
