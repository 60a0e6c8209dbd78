import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHarness, pathOf } from './harness.ts';

test('a tenant sees every provider with the instructions to connect it', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const answer = await replica.call('GET', '/api/providers', { as: 'acme' });
  expect(answer.status).toBe(200);
  const providers: { id: string }[] = answer.json.data;
  expect(providers.length).toBeGreaterThanOrEqual(200);
  expect(providers.find(({ id }) => id === 'braintree')).toEqual({
    id: 'braintree',
    aliases: [],
    name: 'Braintree',
    evidence: expect.arrayContaining([
      {
        kind: 'published-vector',
        source: expect.stringMatching(/^https:/),
        checkedOn: expect.stringMatching(/^2026-/),
      },
    ]),
    setup: expect.arrayContaining([expect.stringContaining('private key')]),
    documentation: expect.stringMatching(/^https:/),
    secret: 'required',
    options: { public_key: { description: expect.any(String), required: true } },
    caution: expect.stringContaining('bt_payload'),
    identity: {
      id: 'form field bt_payload',
      names: 'the notification; the hashed payload contains its time',
      unique: 'everywhere',
      uniqueSeconds: null,
      stable: 'yes',
      retries: 'yes',
      equalBodies: 'repeats',
      because: null,
      otherwise: null,
    },
    answerWithinMs: expect.any(Number),
    harmfulStatuses: {},
    samples: expect.any(Number),
    eventTypes: expect.any(Number),
  });
});

test('a source of a preset receives webhooks once its required options are set', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const body = { provider: 'tiktok-shop', secret: 'a test key' };
  expect((await replica.call('POST', '/api/sources', { as: 'acme', body })).status).toBe(400);
  const source = await replica.createSource({ ...body, options: { app_key: 'an-app' } }, 'acme');
  const text = '{"type":1,"tts_notification_id":"7"}';
  const signature = createHmac('sha256', body.secret).update(`an-app${text}`).digest('hex');
  const deliver = (authorization: string) =>
    replica.deliver(pathOf(source), {
      headers: { 'content-type': 'application/json', authorization },
      body: Buffer.from(text),
    });
  expect((await deliver(signature)).status).toBe(200);
  expect((await deliver(signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')))).status).toBe(401);
});

test('the handshakes of providers are answered', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const trello = await replica.createSource({ provider: 'trello', secret: 'a test key' }, 'acme');
  expect((await fetch(`${replica.url}${pathOf(trello)}`, { method: 'HEAD' })).status).toBe(200);
  const x = await replica.createSource({ provider: 'x', secret: 'a test key' }, 'acme');
  const question = await fetch(`${replica.url}${pathOf(x)}?crc_token=abc`);
  expect([question.status, await question.json()]).toEqual([
    200,
    { response_token: `sha256=${createHmac('sha256', 'a test key').update('abc').digest('base64')}` },
  ]);
});
