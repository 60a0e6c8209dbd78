import { type Receiver, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_COMPACTED_BYTES } from '../../src/pipeline/sending/body-compactor.ts';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { verifyPlainAfterParsing, verifyStandard } from '../support/verify-request.ts';

let harness: Harness;
let replica: Replica;
let receiver: Receiver;

beforeAll(async () => {
  harness = await createHarness();
  [replica, receiver] = await Promise.all([harness.startReplica(), startReceiver()]);
});
afterAll(async () => {
  await receiver?.close();
  await harness?.stop();
});

async function deliver(payload: string, settings: object) {
  const tenant = newTenant();
  const { secret } = await replica.createEndpoint(tenant, receiver.url, { timeoutSeconds: 10, ...settings });
  const before = receiver.requests.length;
  const id = await harness.publish({ tenant, payload });
  const request = (await receiver.waitFor(before + 1)).at(-1);
  if (request === undefined) throw new Error('nothing came');
  return { id, secret, request };
}

const rows = (count: number) => Array.from({ length: count }, (_, n) => `{ "n" : ${n} }`).join(',\n  ');

/** Texts that JSON.stringify prints differently, and how it prints them. */
const PAYLOADS: [name: string, payload: string, compact: string][] = [
  ['pretty-printed', '{\r\n  "a" : 1,\n\t"b" : [ ]\n}\n', '{"a":1,"b":[]}'],
  [
    'escapes that need not be',
    '{"a":"\\u00e4\\/\\u003c\\ud83e\\udd94","b":"\\u0007\\u000a\\ud83d"}',
    '{"a":"ä/<🦔","b":"\\u0007\\n\\ud83d"}',
  ],
  ['a key twice', '{"a":1,"b":2,"a":3,"__proto__":4}', '{"a":3,"b":2,"__proto__":4}'],
  [
    'keys that are whole numbers',
    '{"b":1,"10":2,"2":3,"01":4,"4294967295":5}',
    '{"2":3,"10":2,"b":1,"01":4,"4294967295":5}',
  ],
  [
    'numbers beyond 2^53, and other spellings',
    '[9007199254740993,12345678901234567890,-0,1.0,1E2,0.10000000000000000001,1e400]',
    '[9007199254740992,12345678901234567000,0,1,100,0.1,null]',
  ],
  ['300 KB', `[${rows(20_000)}]`, `[${rows(20_000).replaceAll(/\s/g, '')}]`],
  ['a text', ' "plain" ', '"plain"'],
];

test.each(PAYLOADS)(
  'a receiver in Node that verifies JSON.stringify of the parsed body accepts compact bodies: %s',
  async (_name, payload, compact) => {
    const { id, secret, request } = await deliver(payload, { body: 'compact' });
    const { timestamp } = JSON.parse(request.body.toString());
    expect(request.body.toString()).toBe(
      `{"id":"${id}","type":"app.thing.happened","timestamp":"${timestamp}","data":${compact}}`,
    );
    expect(verifyPlainAfterParsing(request, secret)).toBe(true);
    expect(() => verifyStandard(request, secret)).not.toThrow();

    const verbatim = await deliver(payload, {});
    expect(verbatim.request.body.toString()).toMatch(/^\{"id":"evt_/);
    expect(verbatim.request.body.subarray(-payload.length - 1).toString()).toBe(`${payload}}`);
    expect(verifyPlainAfterParsing(verbatim.request, verbatim.secret)).toBe(false);
  },
);

test('a payload of 1 MB is made compact, and a larger one is sent unchanged', async () => {
  const spaced = (bytes: number) => `{ "a": "${'x'.repeat(bytes - 11)}" }`;
  const largest = spaced(MAX_COMPACTED_BYTES);
  expect(largest).toHaveLength(MAX_COMPACTED_BYTES);
  const compact = await deliver(largest, { body: 'compact' });
  expect(compact.request.body.subarray(-MAX_COMPACTED_BYTES - 1).includes(' ')).toBe(false);
  expect(verifyPlainAfterParsing(compact.request, compact.secret)).toBe(true);
  const larger = spaced(MAX_COMPACTED_BYTES + 1);
  const asItCame = await deliver(larger, { body: 'compact' });
  expect(asItCame.request.body.includes(larger)).toBe(true);
});

test('each event of a batch is compact, and so is the output of a transformation', async () => {
  const batch = await deliver('{ "a" : 1e2 }', {
    body: 'compact',
    batching: { maxEvents: 2, windowSeconds: 1 },
  });
  expect(batch.request.body.toString()).toMatch(/"data":\{"a":100\}\}\]\}$/);
  expect(verifyPlainAfterParsing(batch.request, batch.secret)).toBe(true);
  const code =
    'function handler(webhook) { webhook.payload = { z: webhook.payload.data, 1: -0 }; return webhook }';
  const transformed = await deliver('{ "a" : 1e2 }', { body: 'compact', transformation: { code } });
  expect(transformed.request.body.toString()).toBe('{"1":0,"z":{"a":100}}');
  expect(verifyPlainAfterParsing(transformed.request, transformed.secret)).toBe(true);
});

test('the setting is created, changed and shown like any other, and applies to later requests', async () => {
  const tenant = newTenant();
  const { id, secret } = await replica.createEndpoint(tenant, receiver.url);
  const change = await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { body: 'compact' } });
  expect([change.status, change.json.data.body]).toEqual([200, 'compact']);
  const before = receiver.requests.length;
  await harness.publish({ tenant, payload: '{ "a": 1 }' });
  const request = (await receiver.waitFor(before + 1)).at(-1);
  expect(request && verifyPlainAfterParsing(request, secret)).toBe(true);
  const wrong = await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { body: 'tidy' } });
  expect(wrong.status).toBe(400);
});
