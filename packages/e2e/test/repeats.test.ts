import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type System,
  startCountingReceiver,
  startTestSystem,
  waitUntilSettled,
} from '../src/index.ts';

/** `REPEATS=10000 npm run test:e2e -- packages/e2e/test/repeats.test.ts` runs the full size. */
const COUNT = Number(process.env['REPEATS'] ?? 300);
const CONCURRENCY = 50;
const SETTLE_MS = 600_000;
/**
 * JetStream forgets message ids after this time. Postgres recognises later retries, as it does in production after
 * JetStream's window of ten minutes.
 */
const env = { EVENTS_DUPLICATE_WINDOW_SECONDS: '1', REJECTIONS_PER_MINUTE: '0' };
const secret = 'e2e-signing-secret';
const agent = new Agent({ connections: CONCURRENCY });
let system: System;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest', env },
    { name: 'delivery', env },
    { name: 'scheduler' },
    { name: 'gateway', env },
  ]);
});

afterAll(async () => {
  await agent.close();
  await system?.stop();
});

/** Creates a tenant with an endpoint that gets all events. */
async function startTenant(userId: string): Promise<CountingReceiver> {
  const receiver = await startCountingReceiver();
  await system.call('POST', '/api/webhooks', { name: 'all', url: receiver.url, events: ['*'], userId });
  return receiver;
}

async function createSource(userId: string, body: object): Promise<string> {
  const { url } = await system.call<{ url: string }>('POST', '/api/sources', { userId, secret, ...body });
  return url;
}

/** Sends the n-th request for n below COUNT. All must be answered 200. */
async function sendAll(
  requestOf: (n: number) => { url: string; headers: Record<string, string>; body: string },
) {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < COUNT) {
        const { url, headers, body } = requestOf(next++);
        const answer = await request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
          dispatcher: agent,
        });
        const text = await answer.body.text();
        if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
      }
    }),
  );
}

const hex = (body: string) => createHmac('sha256', secret).update(body).digest('hex');

test(`${COUNT} events with equal bodies from one bearer source are all delivered`, async () => {
  const receiver = await startTenant('lamps');
  const url = await createSource('lamps', { provider: 'bearer' });
  await sendAll(() => ({ url, headers: { authorization: `Bearer ${secret}` }, body: '{"lamp":"on"}' }));
  await waitUntilSettled(system, SETTLE_MS);
  expect(receiver.counts.size).toBe(COUNT);
  await receiver.close();
});

test(`the same ${COUNT / 2} ids from two sources of a tenant are all delivered`, async () => {
  const receiver = await startTenant('shops');
  const options = { header: 'x-signature', idHeader: 'x-id' };
  const urls: string[] = [];
  for (let n = 0; n < 2; n++) urls.push(await createSource('shops', { provider: 'hmac', options }));
  await sendAll((n) => ({
    url: urls[n % 2] as string,
    headers: { 'x-id': String(Math.floor(n / 2)), 'x-signature': hex('{}') },
    body: '{}',
  }));
  await waitUntilSettled(system, SETTLE_MS);
  expect(receiver.counts.size).toBe(COUNT);
  await receiver.close();
});

test(`${COUNT} retries of one GitHub delivery, most of them after JetStream has forgotten it, are one event`, async () => {
  const receiver = await startTenant('acme');
  const url = await createSource('acme', { provider: 'github' });
  const body = '{"repository":{"full_name":"acme/api"}}';
  await sendAll(() => ({
    url,
    headers: {
      'user-agent': 'GitHub-Hookshot/e2e',
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': `sha256=${hex(body)}`,
    },
    body,
  }));
  await waitUntilSettled(system, SETTLE_MS);
  expect(receiver.counts.size).toBe(1);
  await receiver.close();
});
