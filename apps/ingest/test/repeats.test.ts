import { createHmac, hash } from 'node:crypto';
import type { Source } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { type SignedRequest, signGithub } from './sign.ts';

const secret = 'a-secret';
const bearer = (body: string): SignedRequest => ({
  headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
  body: Buffer.from(body),
});
const signed = (body: string, id: string): SignedRequest => ({
  headers: {
    'content-type': 'application/json',
    'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
    'x-id': id,
  },
  body: Buffer.from(body),
});
const HMAC = { provider: 'hmac', secret, options: { header: 'X-Signature', idHeader: 'X-Id' } };

test('equal bodies of a sender with unknown repeats are separate events', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'bearer', secret }, 'acme');
  // A lamp that is switched on, off, on and off.
  for (const lamp of ['on', 'off', 'on', 'off']) {
    const answer = await replica.deliver(pathOf(source), bearer(`{"lamp":"${lamp}"}`));
    expect([answer.status, answer.json.duplicate]).toEqual([200, undefined]);
  }
  expect(await readEvents()).toHaveLength(4);
});

test('the same id from two sources of a tenant makes two events, and twice from one source makes one event', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const sources: Source[] = [];
  for (let n = 0; n < 2; n++) sources.push(await replica.createSource(HMAC, 'acme'));
  for (const source of sources) {
    const first = await replica.deliver(pathOf(source), signed('{"n":1}', '1'));
    expect(first.json.duplicate).toBeUndefined();
    const again = await replica.deliver(pathOf(source), signed('{"n":1}', '1'));
    expect(again.json).toEqual({ ...first.json, duplicate: true });
  }
  expect((await readEvents()).map(({ attributes }) => attributes.dedupekey)).toEqual(
    sources.map(({ id }) => `${id}:1`),
  );
});

test('a webhook at a tenant’s address counts as a webhook of its source, and with the environment’s secret it has its own dedupe key', async () => {
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([['github', { secrets: ['of everyone'], verifyTokens: [] }]]),
  });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const id = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
  const request = signGithub({ secret, body: '{"n":1}', id });
  const first = await replica.deliver(pathOf(source), request);
  const plain = await replica.deliver('/api/webhooks/github/acme', request);
  expect(plain.json).toMatchObject({ id: first.json.id, duplicate: true });
  const other = signGithub({ secret: 'of everyone', body: '{"n":1}', id });
  const unknown = await replica.deliver('/api/webhooks/github/somebody', other);
  expect(unknown.json.duplicate).toBeUndefined();
  expect(await readEvents()).toHaveLength(2);
});

test('a repeat with another body is answered 2xx, and is recorded with the hashes of both bodies', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource(HMAC, 'acme');
  const first = await replica.deliver(pathOf(source), signed('{"n":1}', '1'));
  const repeat = await replica.deliver(pathOf(source), signed('{"n":2}', '1'));
  expect([repeat.status, repeat.json]).toEqual([200, { ...first.json, duplicate: true }]);
  expect(await readEvents()).toHaveLength(1);
  const [kept] = await waitForRejections(replica, 1, `?eventId=${first.json.id}`);
  expect(kept?.reason).toContain('Same id, other content (body)');
  expect(kept?.reason).toContain(hash('sha256', '{"n":1}', 'hex'));
  expect(kept?.reason).toContain(hash('sha256', '{"n":2}', 'hex'));
});

test('repeats are compared with payloads that are too large for a message, too', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource(HMAC, 'acme');
  const large = (end: string) => `{"text":"${'x'.repeat(1_200_000)}${end}"}`;
  const first = await replica.deliver(pathOf(source), signed(large('1'), '1'));
  await replica.deliver(pathOf(source), signed(large('1'), '1'));
  await replica.deliver(pathOf(source), signed(large('2'), '1'));
  const kept = await waitForRejections(replica, 2, `?eventId=${first.json.id}`);
  expect(kept.map(({ reason }) => String(reason).includes('other content'))).toEqual([true, false]);
});

test('a source’s `dedupe` setting decides how its repeats are recognised', async () => {
  const { startReplica, readEvents } = await createHarness({ repeatWindowMs: 5_000 });
  const replica = await startReplica();
  const source = await replica.createSource({ ...HMAC, dedupe: { by: 'body' } }, 'acme');
  expect(source.dedupe).toEqual({ by: 'body' });
  const change = async (dedupe: unknown) => {
    const answer = await replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { dedupe } });
    expect(answer.status).toBe(200);
    await replica.deliver(pathOf(source), signed('{"order":{"id":7},"state":"paid"}', '1'));
    return answer.json.data.dedupe;
  };
  await change({ by: 'body', windowSeconds: 60 });
  await change({ by: 'body', windowSeconds: null });
  const fields = { by: 'fields', fields: ['/order/id', '/state'], windowSeconds: 3_600 };
  expect(await change(fields)).toEqual(fields);
  await change({ by: 'id' });
  await change({ by: 'id', windowSeconds: 86_400 });
  await change({ by: 'none' });
  expect(await change(null)).toBeUndefined();
  const events = (await readEvents()).map(({ attributes }) => [
    attributes.dedupekey.replace(`${source.id}:`, '').replace(/[0-9a-f]{64}|^evt_.*/, '…'),
    attributes.dedupewindow,
  ]);
  expect(events).toEqual([
    ['body:…', '60000'],
    ['body:…', '5000'],
    ['fields:…', '3600000'],
    ['1', undefined],
    ['1', '86400000'],
    ['…', undefined],
  ]);
});

test('an invalid dedupe rule is refused with the name of its field', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  for (const [dedupe, field] of BAD_RULES) {
    const answer = await replica.call('POST', '/api/sources', { as: 'acme', body: { ...HMAC, dedupe } });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(field)]);
  }
});

const BAD_RULES: readonly [rule: object, field: string][] = [
  [{ by: 'fields' }, 'body/dedupe/fields'],
  [{ by: 'id', fields: ['/a'] }, 'body/dedupe/fields'],
  [{ by: 'none', windowSeconds: 5 }, 'body/dedupe/windowSeconds'],
  [{ by: 'fields', fields: ['/a', 'b'] }, 'body/dedupe/fields/1'],
  [{ by: 'fields', fields: ['/a~2'] }, 'body/dedupe/fields/0'],
  [{ by: 'fields', fields: ['/items/*/id'] }, 'body/dedupe/fields/0'],
  [{ by: 'body', windowSeconds: 0 }, 'windowSeconds'],
  [{ by: 'hash' }, 'by'],
];

test('each event of a provider that retries without an id is a separate message with its dedupe window', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'paystack', secret }, 'acme');
  const other = await replica.createSource({ provider: 'revolut', secret: 'wsk_secret' }, 'acme');
  const body = '{"event":"charge.success"}';
  const paystack = {
    headers: { 'x-paystack-signature': createHmac('sha512', secret).update(body).digest('hex') },
    body: Buffer.from(body),
  };
  const timestamp = String(Date.now());
  const revolut = {
    headers: {
      'revolut-request-timestamp': timestamp,
      'revolut-signature': `v1=${createHmac('sha256', 'wsk_secret').update(`v1.${timestamp}.${body}`).digest('hex')}`,
    },
    body: Buffer.from(body),
  };
  for (const [to, request] of [
    [source, paystack],
    [other, revolut],
  ] as const) {
    for (let n = 0; n < 2; n++) expect((await replica.deliver(pathOf(to), request)).status).toBe(200);
  }
  const windows = (await readEvents()).map(({ attributes }) => attributes.dedupewindow);
  // Only Revolut documents retries, Paystack does not.
  expect(windows).toEqual([undefined, undefined, '60000', '60000']);
});
