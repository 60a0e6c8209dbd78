import { expect, test } from 'vitest';
import { createHarness, pathOf, type Replica, waitForRejections } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 's';
const BODY = '{"repository":{"full_name":"acme/api"}}';

async function startWith(settings: Record<string, unknown>) {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const source = await replica.createSource({ provider: 'github', secret, ...settings }, 'acme');
  const change = (body: Record<string, unknown>) =>
    replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body });
  return { ...harness, replica, source, change };
}

/** Sends a webhook as a trusted proxy does that received it from this address. */
function deliverFrom(replica: Replica, path: string, address: string, more: { event?: string } = {}) {
  const { headers, body } = signGithub({ secret, body: BODY, ...more });
  return replica.deliver(path, { headers: { ...headers, 'x-forwarded-for': address }, body });
}

test('only the addresses of allowedIps may send, and the answer to another address does not reveal the list', async () => {
  const { replica, source, change, readEvents } = await startWith({
    allowedIps: ['203.0.113.0/24', '2001:db8::1'],
  });
  const path = pathOf(source);
  expect((await deliverFrom(replica, path, '203.0.113.9')).status).toBe(200);
  expect((await deliverFrom(replica, path, '2001:db8::1')).status).toBe(200);
  const refused = await deliverFrom(replica, path, '198.51.100.7');
  const wrong = await replica.deliver(path, signGithub({ secret: 'wrong', body: BODY }));
  const unknown = await replica.deliver('/in/nobodys-token', signGithub({ secret, body: BODY }));
  for (const { status, json } of [refused, wrong, unknown]) {
    expect([status, { ...json, requestId: '' }]).toEqual([
      401,
      { error: 'Invalid signature', code: 'invalid_signature', requestId: '' },
    ]);
  }
  // Only the address from the last proxy is trusted: a sender can make up the addresses before it.
  expect((await deliverFrom(replica, path, '203.0.113.9, 198.51.100.7')).status).toBe(401);
  const [kept] = await waitForRejections(replica, 3, '?code=address_not_allowed');
  expect(kept).toMatchObject({ cause: 'address_not_allowed', sourceId: source.id });
  expect(kept?.['reason']).toContain('198.51.100.7');
  await change({ allowedIps: null });
  expect((await deliverFrom(replica, path, '198.51.100.7')).status).toBe(200);
  expect(await readEvents()).toHaveLength(3);
});

test('without a trusted proxy a sender can’t choose its address by X-Forwarded-For', async () => {
  const { startReplica, replica, source } = await startWith({ allowedIps: ['203.0.113.9'] });
  const strict = await startReplica({ trustedProxies: [] });
  expect((await deliverFrom(replica, pathOf(source), '203.0.113.9')).status).toBe(200);
  expect((await deliverFrom(strict, pathOf(source), '203.0.113.9')).status).toBe(401);
});

test('webhooks that the source’s `events` exclude are answered as accepted, recorded, and not stored', async () => {
  const { replica, source, change, readEvents } = await startWith({
    events: ['github.push', 'github.issues.*'],
  });
  const send = (event: string) => deliverFrom(replica, pathOf(source), '127.0.0.1', { event });
  for (const event of ['push', 'star', 'star']) expect((await send(event)).status).toBe(200);
  expect((await readEvents()).map(({ attributes }) => attributes.type)).toEqual(['github.push']);
  const kept = await waitForRejections(replica, 2, '?code=filtered');
  expect(kept[0]).toMatchObject({
    cause: 'filtered',
    sourceId: source.id,
    providerDeliveryId: expect.any(String),
  });
  // The types as GET /api/webhooks/events/types lists them.
  await change({ events: ['star', 'github.push.*'] });
  for (const event of ['push', 'star', 'watch']) await send(event);
  expect((await readEvents()).map(({ attributes }) => attributes.type)).toEqual([
    'github.push',
    'github.push',
    'github.star',
  ]);
  await change({ events: null });
  await send('watch');
  expect(await readEvents()).toHaveLength(4);
});

test('a source answers with its `answer` setting, and browsers run no code of the answer', async () => {
  const { replica, source, change } = await startWith({
    answer: { status: 202, contentType: 'text/html', body: '<p>thanks</p>' },
  });
  const send = () => deliverFrom(replica, pathOf(source), '127.0.0.1');
  const own = await send();
  expect([own.status, own.text, own.headers.get('content-type')]).toEqual([
    202,
    '<p>thanks</p>',
    'text/html',
  ]);
  expect(own.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(own.headers.get('x-content-type-options')).toBe('nosniff');
  expect(own.headers.get('hookline-event-id')).toMatch(/^evt_/);
  await change({ answer: { status: 201, contentType: null, body: null } });
  expect(await send()).toMatchObject({ status: 201, json: { received: true } });
  await change({ answer: { status: 204 } });
  expect(await send()).toMatchObject({ status: 204, text: '' });
  await change({ answer: null });
  expect((await send()).status).toBe(200);
});

test('only valid requests get the configured answer', async () => {
  const { replica, source } = await startWith({ answer: { status: 202, body: 'thanks' } });
  const refused = await replica.deliver(pathOf(source), signGithub({ secret: 'wrong', body: BODY }));
  expect([refused.status, refused.text.includes('thanks')]).toEqual([401, false]);
});

test('invalid settings are refused with the place of the fault', async () => {
  const { replica } = await startWith({});
  for (const [settings, error] of [
    [{ allowedIps: ['203.0.113.0/24', 'example.com'] }, /allowedIps\/1: "example.com"/],
    [{ allowedIps: [] }, /allowedIps/],
    [{ events: ['git hub'] }, /events\/0/],
    [{ answer: { status: 302 } }, /answer/],
    [{ answer: { status: 204, body: 'x' } }, /204 has no body/],
    [{ answer: { status: 200, body: 'ä'.repeat(2_049) } }, /4096 bytes/],
    [{ answer: { status: 200, contentType: 'a/b\r\nx: y', body: 'x' } }, /contentType/],
    [{ options: { nonesuch: 'x' } }, /options\/nonesuch is unknown: there are checkUserAgent/],
    [{ secret: undefined }, /secret/],
    [{ nonesuch: 1 }, /nonesuch/],
  ] as const) {
    const body = { provider: 'github', secret, ...settings };
    const answer = await replica.call('POST', '/api/sources', { as: 'acme', body });
    expect([settings, answer.status, answer.json.code]).toEqual([settings, 400, 'invalid_request']);
    expect(answer.json.error).toMatch(error);
  }
});

test('settings are shown as they were set, and a change of other settings keeps them', async () => {
  const settings = {
    allowedIps: ['203.0.113.9'],
    events: ['github.*'],
    answer: { status: 202 },
    environment: 'staging',
    toleranceSeconds: null,
  };
  const { source, change, replica } = await startWith(settings);
  expect(source).toMatchObject(settings);
  expect((await change({ name: 'renamed' })).json.data).toMatchObject({ ...settings, name: 'renamed' });
  await change({ environment: null });
  const { json } = await replica.call('GET', `/api/sources/${source.id}`, { as: 'acme' });
  expect(json.data).not.toHaveProperty('environment');
  expect(json.data.events).toEqual(settings.events);
});

test('a provider’s options are checked by name, and a secret is required only if the provider has one', async () => {
  const { replica } = await startWith({});
  const create = (body: Record<string, unknown>) =>
    replica.call('POST', '/api/sources', { as: 'acme', body });
  for (const [body, error] of [
    [{ provider: 'paypal' }, /lacks "webhookId"/],
    [
      { provider: 'paypal', options: { webhookId: 'W1', other: 'x' } },
      /options\/other is unknown: there are webhookId/,
    ],
    [{ provider: 'paypal', secret: 'x', options: { webhookId: 'W1' } }, /PayPal needs no secret/],
    [{ provider: 'github' }, /GitHub signs with a secret/],
    [{ provider: 'allow-list', allowedIps: ['x'] }, /allowedIps\/0/],
  ] as const) {
    const answer = await create(body);
    expect([body, answer.status]).toEqual([body, 400]);
    expect(answer.json.error).toMatch(error);
  }
  const made = await create({ provider: 'paypal', options: { webhookId: 'W1' } });
  expect(made.json.data).toMatchObject({ options: { webhookId: 'W1' }, secretsSetAt: [] });
});

test('a source that verifies only the client address accepts nothing until it has an allowed address', async () => {
  const { replica } = await startWith({});
  const source = await replica.createSource({ provider: 'allow-list' }, 'acme');
  const send = (address: string) => deliverFrom(replica, pathOf(source), address);
  expect((await send('203.0.113.9')).status).toBe(500);
  await replica.call('PUT', `/api/sources/${source.id}`, {
    as: 'acme',
    body: { allowedIps: ['203.0.113.9'] },
  });
  expect((await send('203.0.113.9')).status).toBe(200);
  expect((await send('203.0.113.8')).status).toBe(401);
});

const claims = { issuer: 'crm', audience: 'hookline' };

test('a URL in the options is checked like an endpoint’s URL when the source is saved', async () => {
  const { startReplica } = await createHarness();
  const strict = await startReplica({ outbound: { allowPrivate: false } });
  const create = (jwksUrl: string) =>
    strict.call('POST', '/api/sources', {
      as: 'acme',
      body: { provider: 'jwt', options: { ...claims, algorithm: 'RS256', jwksUrl } },
    });
  for (const [url, problem] of [
    ['https://127.0.0.1/keys', 'leads to an address that is not public'],
    ['https://[::ffff:169.254.169.254]/keys', 'leads to an address that is not public'],
    ['https://keys.internal/keys', 'leads to an address that is not public'],
    ['https://example.com:22/keys', 'has a port that is not allowed'],
  ] as const) {
    expect(await create(url)).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', error: `body/options/jwksUrl ${problem}` },
    });
  }
  const { json } = await create('https://203.0.113.9/keys').then((refused) => {
    expect(refused.status).toBe(400);
    return create('https://8.8.8.8/keys');
  });
  const changed = await strict.call('PUT', `/api/sources/${json.data.id}`, {
    as: 'acme',
    body: { options: { ...claims, algorithm: 'RS256', jwksUrl: 'https://10.0.0.1/keys' } },
  });
  expect(changed).toMatchObject({
    status: 400,
    json: { error: 'body/options/jwksUrl leads to an address that is not public' },
  });
});

test('a rejection for keys that can’t be fetched does not reveal the address of a host name', async () => {
  const { startReplica } = await createHarness();
  const lenient = await startReplica();
  const { id } = await lenient.createSource(
    { provider: 'jwt', options: { ...claims, algorithm: 'RS256', jwksUrl: 'http://localhost:9/keys' } },
    'acme',
  );
  const strict = await startReplica({ outbound: { allowPrivate: false } });
  const source = await strict.call('GET', `/api/sources/${id}`, { as: 'acme' });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'RS256' })}.${part({ iss: 'crm' })}.c2ln`;
  const request = { headers: { authorization: `Bearer ${token}` }, body: Buffer.from('{}') };
  for (const replica of [strict, lenient]) {
    expect((await replica.deliver(pathOf(source.json.data), request)).status).toBe(503);
  }
  for (const { reason } of await waitForRejections(lenient, 2, '?code=keys_unavailable')) {
    expect(reason).toMatch(/localhost:9\/keys could not be fetched: (the URL leads to|ECONNREFUSED)/);
    expect(reason).not.toMatch(/127\.0\.0\.1|::1/);
  }
});

test('a part of a setting is merged with the current setting, and null restores the default', async () => {
  const { source, change } = await startWith({
    answer: { status: 202, body: 'thanks', contentType: null },
    dedupe: { by: 'fields', fields: ['/a'], windowSeconds: 60 },
    environment: null,
    events: null,
  });
  expect(source).toMatchObject({ answer: { status: 202, body: 'thanks' } });
  for (const [body, after] of [
    [{ answer: { status: 200 } }, { answer: { status: 200, body: 'thanks' } }],
    [{ answer: { body: null } }, { answer: { status: 200 } }],
    [{ dedupe: { windowSeconds: 90 } }, { dedupe: { by: 'fields', fields: ['/a'], windowSeconds: 90 } }],
    [{ dedupe: { windowSeconds: null } }, { dedupe: { by: 'fields', fields: ['/a'] } }],
    [{ dedupe: { by: 'body' } }, { dedupe: { by: 'body' } }],
    [{ active: false }, { active: false }],
    [{ active: null }, { active: true }],
  ] as const) {
    const { status, json } = await change(body);
    expect([body, status]).toEqual([body, 200]);
    for (const [name, value] of Object.entries(after)) expect(json.data[name]).toEqual(value);
  }
  const { json } = await change({ dedupe: null, answer: null });
  expect([json.data.dedupe, json.data.answer]).toEqual([undefined, undefined]);
  const lacking = await change({ answer: { body: 'x' } });
  expect([lacking.status, lacking.json.details]).toEqual([
    400,
    [{ path: 'body/answer/status', message: 'is missing: a whole number from 200 to 299' }],
  ]);
});

test('a source that is created disabled accepts nothing until it is enabled, and its shown settings can be sent back unchanged', async () => {
  const { source, change, replica } = await startWith({ active: false });
  const send = () => replica.deliver(pathOf(source), signGithub({ secret, body: BODY }));
  expect([source.active, (await send()).status]).toEqual([false, 401]);
  const { json } = await replica.call('GET', `/api/sources/${source.id}`, { as: 'acme' });
  const changed = await change({ ...json.data, active: true });
  expect([changed.status, changed.json.error]).toEqual([200, undefined]);
  expect(changed.json.data).toEqual({ ...json.data, active: true, updatedAt: changed.json.data.updatedAt });
  expect((await send()).status).toBe(200);
});

test('white space around a secret is removed if it can’t be part of the secret, and otherwise causes a warning', async () => {
  const { replica, change } = await startWith({});
  const create = (provider: string, given: string) =>
    replica.call('POST', '/api/sources', { as: 'acme', body: { provider, secret: given } });
  const kept = await create('github', 'abc\n');
  expect([kept.status, kept.json.warnings]).toEqual([
    201,
    [{ code: 'secret_whitespace', path: 'body/secret', message: expect.stringMatching(/line break/) }],
  ]);
  const send = (path: string, signedWith: string) =>
    replica.deliver(path, signGithub({ secret: signedWith, body: BODY }));
  expect((await send(pathOf(kept.json.data), 'abc\n')).status).toBe(200);
  expect((await change({ secret: 'def ' })).json.warnings).toHaveLength(1);
  expect((await change({ secret: 'def' })).json.warnings).toBeUndefined();
  for (const provider of ['brevo', 'datadog', 'fillout', 'new-relic', 'openclaw', 'zapier', 'bearer']) {
    const trimmed = await create(provider, ' abc\r\n');
    expect([provider, trimmed.status, trimmed.json.warnings]).toEqual([provider, 201, undefined]);
    const headers = { authorization: 'Bearer abc', 'content-type': 'application/json' };
    const answer = await replica.deliver(pathOf(trimmed.json.data), {
      headers,
      body: Buffer.from('{"event":"a","n":1}'),
    });
    expect([provider, answer.status]).toEqual([provider, 200]);
    const refused = await create(provider, 'a b');
    expect([provider, refused.status, refused.json.details]).toEqual([
      provider,
      400,
      [{ path: 'body/secret', message: expect.stringMatching(/white space/) }],
    ]);
  }
});

test('white space around a verify token or an option causes a warning', async () => {
  const { replica } = await startWith({});
  const made = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: { provider: 'meta', secret: 's', verifyToken: 'token\n' },
  });
  const token = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: {
      provider: 'jwt',
      secret: Buffer.alloc(32, 7).toString('hex'),
      options: { algorithm: 'HS256', issuer: ' crm', audience: 'us' },
    },
  });
  const warning = (path: string) => [
    { code: 'outer_whitespace', path, message: expect.stringContaining('white space') },
  ];
  expect([made.status, made.json.warnings]).toEqual([201, warning('body/verifyToken')]);
  expect([token.status, token.json.warnings]).toEqual([201, warning('body/options/issuer')]);
});
