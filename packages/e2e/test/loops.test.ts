import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, JourneyStep, Replay } from '@hookline/contracts';
import { request } from 'undici';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type System, startTestSystem, waitUntilSettled } from '../src/index.ts';

/** The default of DELIVERY_MAX_HOPS. */
const MAX_HOPS = 5;
const SETTLE_MS = 60_000;
const secret = `whsec_${Buffer.alloc(24, 'loops').toString('base64')}`;
let system: System;

beforeAll(async () => {
  system = await startTestSystem([{ name: 'ingest' }, { name: 'delivery' }, { name: 'gateway' }]);
});
afterAll(() => system?.stop());

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

interface Forwarder {
  url: string;
  received: Received[];
  /** The URL to which the receiver forwards each webhook with its headers. */
  target: string | undefined;
  /** The body that the receiver forwards. */
  write: (body: string) => string;
}

/** Headers that apply to one connection only. */
const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
]);

/** A receiver that forwards each webhook, unless its body contains `"last"`, and returns the status of the forward. */
async function startForwarder(): Promise<Forwarder> {
  const forwarder: Forwarder = { url: '', received: [], target: undefined, write: (body) => body };
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray()).toString();
    forwarder.received.push({ headers: incoming.headers, body });
    let status = 200;
    if (forwarder.target !== undefined && !body.includes('"last"')) {
      const headers = Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
      const answer = await request(forwarder.target, {
        method: 'POST',
        headers: Object.fromEntries(headers) as Record<string, string>,
        body: forwarder.write(body),
      });
      await answer.body.dump();
      status = answer.statusCode;
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  forwarder.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return forwarder;
}

const createEndpoint = (userId: string, url: string, settings: object = {}) =>
  system.call<{ id: string }>('POST', '/api/webhooks', {
    name: 'loop',
    url,
    // Not `*`: the news of the dead letter would be forwarded as well, in a loop of its own.
    events: ['order.*', 'standard-webhooks.*', 'bearer.*'],
    retrySchedule: [],
    userId,
    secret,
    ...settings,
  });

const listDead = (userId: string) => system.call<Delivery[]>('GET', `/api/dead-letters?userId=${userId}`);

/** Replays all dead letters of a tenant, and waits until the replay has finished. */
async function replayDead(userId: string): Promise<void> {
  const { id } = await system.call<Replay>('POST', '/api/dead-letters/replay', { userId });
  let replay: Replay;
  do {
    await sleep(100);
    replay = await system.call<Replay>('GET', `/api/replays/${id}`);
  } while (replay.status !== 'completed' || replay.open > 0);
  expect(replay).toMatchObject({ sent: 1, failed: 1, succeeded: 0 });
}

const hopsOf = ({ received }: Forwarder) =>
  received.map(({ headers }) => Number.parseInt(String(headers['hookline-hops']), 10));

async function expectLoopEnded(userId: string, forwarder: Forwarder): Promise<Delivery> {
  await waitUntilSettled(system, SETTLE_MS);
  expect(hopsOf(forwarder)).toEqual([1, 2, 3, 4, 5]);
  const dead = await listDead(userId);
  expect(dead.map(({ errorCode }) => errorCode)).toEqual(['loop_detected']);
  return dead[0] as Delivery;
}

const ORIGINS = { 'the address of a source': 'ingest', 'the same through the gateway': 'gateway' } as const;

test.each(Object.entries(ORIGINS))(
  'a receiver that forwards webhooks to %s gets an event five times, and the journey explains why the loop ends',
  async (_where, service) => {
    const userId = `source-${service}`;
    const forwarder = await startForwarder();
    const source = await system.call<{ url: string }>('POST', '/api/sources', {
      provider: 'standard-webhooks',
      secret,
      userId,
    });
    forwarder.target = new URL(new URL(source.url).pathname, system.stack.process(service).url).href;
    await createEndpoint(userId, forwarder.url);
    await system.call('POST', '/api/events', { type: 'order.paid', data: { n: 1 }, userId });
    const { eventId, id: deliveryId } = await expectLoopEnded(userId, forwarder);

    const journey = await system.call<{ steps: JourneyStep[] }>(
      'GET',
      `/api/webhook-events/${eventId}/journey`,
    );
    const dead = journey.steps.find(({ step }) => step === 'dead');
    expect(dead?.text).toContain('came back 5 times');
    expect(dead?.text).toContain('DELIVERY_MAX_HOPS');

    // A manual retry gives up in the same way.
    await system.call('POST', `/api/deliveries/${deliveryId}/retry`);
    await waitUntilSettled(system, SETTLE_MS);
    await replayDead(userId);
    expect(forwarder.received).toHaveLength(MAX_HOPS);
    const [delivery] = await listDead(userId);
    expect(delivery).toMatchObject({ id: deliveryId, errorCode: 'loop_detected', attempts: 0 });

    // The endpoint still gets other events.
    await system.call('POST', '/api/events', { type: 'order.paid', data: { last: 'last' }, userId });
    await waitUntilSettled(system, SETTLE_MS);
    expect(hopsOf(forwarder)).toEqual([1, 2, 3, 4, 5, 1]);
    expect(await listDead(userId)).toHaveLength(1);
  },
);

test('a loop of receivers that publish webhooks through the API to another tenant and back is ended, too', async () => {
  const [one, other] = [await startForwarder(), await startForwarder()];
  const keys = new Map<string, string>();
  for (const userId of ['api-one', 'api-other']) {
    const { key } = await system.call<{ key: string }>('POST', '/api/keys', {
      name: userId,
      userId,
    });
    keys.set(userId, key);
  }
  const publishAs = (userId: string) => ({ authorization: `Bearer ${keys.get(userId)}` });
  const target = new URL('/api/events', system.stack.urls.gateway).href;
  for (const forwarder of [one, other]) {
    forwarder.target = target;
    forwarder.write = (body) => {
      const { type, data } = JSON.parse(body);
      return JSON.stringify({ type, data });
    };
  }
  await createEndpoint('api-one', one.url, { headers: publishAs('api-other') });
  await createEndpoint('api-other', other.url, { headers: publishAs('api-one') });
  await system.call('POST', '/api/events', { type: 'order.paid', data: { n: 1 }, userId: 'api-one' });
  await waitUntilSettled(system, SETTLE_MS);
  expect(hopsOf(one)).toEqual([1, 3, 5]);
  expect(hopsOf(other)).toEqual([2, 4]);
  expect((await listDead('api-other')).map(({ errorCode }) => errorCode)).toEqual(['loop_detected']);
  expect(await listDead('api-one')).toEqual([]);
});

test.each([true, false])(
  'a request that is sent on unchanged, with the headers of Hookline or without (%o), is sent five times',
  async (hooklineHeaders) => {
    const userId = `request-${hooklineHeaders}`;
    const forwarder = await startForwarder();
    const { url } = await system.call<{ url: string }>('POST', '/api/sources', {
      provider: 'bearer',
      secret: 'the-token-of-a-loop',
      userId,
    });
    forwarder.target = url;
    await createEndpoint(userId, forwarder.url, { format: 'request', hooklineHeaders });
    const body = '{ "type": "lamp.on" }';
    const answer = await request(url, {
      method: 'POST',
      headers: { authorization: 'Bearer the-token-of-a-loop', 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(200);
    await expectLoopEnded(userId, forwarder);
    expect(new Set(forwarder.received.map((each) => each.body))).toEqual(new Set([body]));
  },
);

test('a loop of batches ends for each event separately', async () => {
  const userId = 'batches';
  const forwarder = await startForwarder();
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'standard-webhooks',
    secret,
    userId,
  });
  forwarder.target = source.url;
  await createEndpoint(userId, forwarder.url, { batching: { maxEvents: 2, windowSeconds: 1 } });
  await system.call('POST', '/api/events', { type: 'order.paid', data: { n: 1 }, userId });
  await expectLoopEnded(userId, forwarder);
});

test('a forged hop count does not prevent the delivery of a genuine event', async () => {
  const userId = 'forged';
  const forwarder = await startForwarder();
  const { url } = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'bearer',
    secret: 'the-token-of-a-sender',
    userId,
  });
  await createEndpoint(userId, forwarder.url);
  const forged = ['5', '-1', '1e9', '99999', 'x'.repeat(10_240), ['5', '1e9'], `5.${'A'.repeat(22)}`];
  for (const hops of forged) {
    const answer = await request(url, {
      method: 'POST',
      headers: {
        authorization: 'Bearer the-token-of-a-sender',
        'content-type': 'application/json',
        'hookline-hops': hops,
      },
      body: '{"type":"lamp.on"}',
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(200);
  }
  await waitUntilSettled(system, SETTLE_MS);
  expect(await listDead(userId)).toEqual([]);
  expect(hopsOf(forwarder)).toEqual(forged.map(() => 1));
  const all = await system.call<Delivery[]>('GET', `/api/deliveries?userId=${userId}`);
  expect(all.map(({ status }) => status)).toEqual(forged.map(() => 'success'));
});
