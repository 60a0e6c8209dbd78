import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { signGithub, signSlack, signStandardWebhook, signStripe } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';

test('a hex signature in another spelling than the provider’s is refused', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const { headers, body } = signGithub({ secret, body: '{"n":1}' });
  const right = headers['x-hub-signature-256'] as string;
  const digest = right.slice('sha256='.length);
  for (const value of [
    `${right}zz`,
    `${right.slice(0, -2)}zz`,
    right.slice(0, -2),
    `sha1=${digest}`,
    `SHA256=${digest}`,
    digest,
    `${right},${right}`,
    'sha256=',
  ]) {
    const answer = await replica.deliver(PATH, {
      headers: { ...headers, 'x-hub-signature-256': value },
      body,
    });
    expect([value, answer.status]).toEqual([value, 401]);
  }
  expect(await readEvents()).toEqual([]);
});

test('a base64 signature in another spelling than the provider’s is refused', async () => {
  const key = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([['standard-webhooks', { secrets: [key], verifyTokens: [] }]]),
  });
  const replica = await startReplica();
  const { headers, body } = signStandardWebhook('webhook', { secret: key, body: '{"n":1}' });
  const right = headers['webhook-signature'] as string;
  const base64url = right.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  for (const value of [
    base64url,
    right.replace(/=+$/, ''),
    `${right}=`,
    `${right}A`,
    right.replace('v1,', 'v1,!'),
  ]) {
    const answer = await replica.deliver('/api/webhooks/standard-webhooks/acme', {
      headers: { ...headers, 'webhook-signature': value },
      body,
    });
    expect([value, answer.status]).toEqual([value, 401]);
  }
  expect(await readEvents()).toEqual([]);
});

test('members such as __proto__ are accepted as data, stored byte for byte, and never set a prototype', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const body =
    '{"__proto__":{"admin":true,"full_name":"x/y"},"constructor":{"prototype":{"admin":true}},"n":9007199254740993,"n":1.0}';
  expect((await replica.deliver(PATH, signGithub({ secret, body }))).status).toBe(200);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
  const [event] = await readEvents();
  expect(Buffer.from(event?.payload ?? []).toString()).toBe(body);
  expect(event?.attributes.repository).toBeUndefined();
  const nested = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const deep = await replica.deliver(PATH, signGithub({ secret, body: nested }));
  expect([deep.status, deep.json.code]).toEqual([400, 'malformed_body']);
});

test('an unknown address, the address of a disabled source and a wrong signature get the same answer', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const off = await replica.createSource({ provider: 'github', secret }, 'acme');
  await replica.call('PUT', `/api/sources/${off.id}`, { as: 'acme', body: { active: false } });
  const answers = [
    await replica.deliver('/in/nobodys-token', signGithub({ secret, body: '{"n":1}' })),
    await replica.deliver(pathOf(off), signGithub({ secret, body: '{"n":1}' })),
    await replica.deliver(pathOf(source), signGithub({ secret: 'wrong', body: '{"n":1}' })),
    await replica.deliver('/api/webhooks/github/nobody', signGithub({ secret, body: '{"n":1}' })),
  ];
  const shown = answers.map(({ status, json, headers }) => ({
    status,
    body: { ...json, requestId: '' },
    headers: [...headers.keys()].sort(),
  }));
  for (const each of shown) expect(each).toEqual(shown[0]);
  expect(shown[0]?.status).toBe(401);
});

test('a request is never accepted without a secret', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  for (const by of ['', 'undefined', 'null']) {
    const answer = await replica.deliver(PATH, signGithub({ secret: by, body: '{"n":1}' }));
    expect([answer.status, answer.json.code]).toEqual([401, 'invalid_signature']);
  }
  expect(await readEvents()).toEqual([]);
});

test('a signed time is checked against both limits of the tolerance', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const stripe = pathOf(await replica.createSource({ provider: 'stripe', secret }, 'acme'));
  const slack = pathOf(await replica.createSource({ provider: 'slack', secret }, 'acme'));
  for (const [offset, status] of [
    [-290, 200],
    [290, 200],
    [-303, 401],
    [303, 401],
  ] as const) {
    const atMs = Date.now() + offset * 1000;
    const body = `{"id":"evt_${offset}","type":"a.b"}`;
    expect([offset, (await replica.deliver(stripe, signStripe({ secret, body, atMs }))).status]).toEqual([
      offset,
      status,
    ]);
    const event = `{"type":"event_callback","event_id":"Ev${offset}","event":{"type":"message"}}`;
    expect([offset, (await replica.deliver(slack, signSlack({ secret, body: event, atMs }))).status]).toEqual(
      [offset, status],
    );
  }
});

test('secrets in a refused request are neither stored nor part of the answer', async () => {
  const { startReplica, asOwner } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const names = ['authorization', 'cookie', 'x-api-key', 'x-gitlab-token', 'x-slack-token', 'stripe-secret'];
  const request = signGithub({
    secret: 'wrong',
    body: JSON.stringify({
      token: canary,
      nested: { client_secret: canary, password: `a${canary}` },
      kept: 'this',
    }),
  });
  const headers = Object.fromEntries(names.map((name) => [name, `Bearer ${canary}`]));
  const answer = await replica.deliver(`${pathOf(source)}?access_token=${canary}`, {
    headers: { ...request.headers, ...headers },
    body: request.body,
  });
  expect(answer.text).not.toContain(canary);
  const [kept] = await waitForRejections(replica, 1);
  expect(JSON.stringify(kept)).not.toContain(canary);
  expect(kept?.['bodyStart']).toContain('"kept":"this"');
  const [row] = await asOwner<{ row: string; body: string }>(
    "select rejections::text as row, convert_from(body_start, 'UTF8') as body from rejections",
  );
  expect(row?.row).not.toContain(canary);
  expect(row?.body).not.toContain(canary);
  expect((await replica.call('GET', '/metrics')).text).not.toContain(canary);
});

test('a repeat after JetStream’s dedupe window has the dedupe key by which delivery recognises it', async () => {
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets,
    streams: { replicas: 1, maxAgeMs: 3_600_000, maxBytes: -1, duplicateWindowMs: 200 },
  });
  const replica = await startReplica();
  const request = signGithub({ secret, body: '{"n":1}', id: 'delivery-1' });
  expect((await replica.deliver(PATH, request)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await replica.deliver(PATH, request)).status).toBe(200);
  const keys = (await readEvents()).map(({ attributes }) => attributes.dedupekey);
  expect(keys).toEqual(['github:delivery-1', 'github:delivery-1']);
});
