import { FEED_CLOSE, parseCursor } from '@hookline/contracts';
import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
let acmeKey: string;
let betaKey: string;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    allowedOrigins: ['https://app.example.com'],
  });
  source = await createTestPublisher(nats.url);
  acmeKey = (await createKey(gateway.url, 'acme')).key;
  betaKey = (await createKey(gateway.url, 'beta')).key;
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

function open(options: ConstructorParameters<typeof FeedSocket>[1] = {}, url = gateway.url): FeedSocket {
  const socket = new FeedSocket(url, options);
  opened.push(socket);
  return socket;
}

/** Publishes an event that every subscription gets. When it has arrived, all earlier events have been sent. */
async function publishLast(): Promise<string> {
  return source.publish({ type: 'test.last', provider: 'app', repository: 'acme/last' });
}

test('a subscription is acknowledged before its first event', async () => {
  const socket = open();
  await socket.waitFor('ready');
  let going = true;
  const flow = (async () => {
    while (going) await source.publish();
  })();
  socket.send({ type: 'subscribe', id: 'a' });
  await socket.waitForEvents(20);
  going = false;
  await flow;
  expect(socket.frames.slice(0, 3).map(({ type }) => type)).toEqual(['ready', 'subscribed', 'event']);
});

test('an event arrives with its attributes and the original bytes of its payload', async () => {
  const socket = open({ key: acmeKey });
  await socket.subscribe({ id: 'a' });
  const payload = Buffer.from(
    '{ "n": 9007199254740993,\n\t"twice": 1, "twice": 2, "text": "h\\u00e9 \u2028 🎉" }',
  );
  const id = await source.publish({
    type: 'github.workflow_job.completed',
    source: '/github/acme/api',
    subject: 'acme/api',
    action: 'completed',
    repository: 'acme/api',
    deliveryid: 'd-1',
    time: '2026-01-01T00:00:00.000Z',
    payload,
  });
  const [frame] = await socket.waitForEvents(1);
  expect(frame).toMatchObject({
    ids: ['a'],
    event: {
      id,
      type: 'github.workflow_job.completed',
      source: '/github/acme/api',
      subject: 'acme/api',
      action: 'completed',
      repository: 'acme/api',
      providerDeliveryId: 'd-1',
      time: '2026-01-01T00:00:00.000Z',
      userId: 'acme',
      provider: 'github',
      via: 'webhook',
    },
  });
  expect(socket.raw.at(-1)?.includes(payload)).toBe(true);
  expect(JSON.stringify(frame)).not.toContain('dedupe');
});

test('a payload over 256 KB is left out, and the frame says so', async () => {
  const socket = open();
  await socket.subscribe();
  const at = Buffer.from(JSON.stringify('x'.repeat(256 * 1024 - 2)));
  await source.publish({ payload: at });
  await source.publish({ payload: Buffer.concat([at, Buffer.from(' ')]) });
  const [fits, over] = await socket.waitForEvents(2);
  expect([String(fits?.event.data).length, fits?.event.dataOmitted]).toEqual([256 * 1024 - 2, undefined]);
  expect([over?.event.data, over?.event.dataOmitted]).toEqual([null, true]);
});

test.for([
  {
    type: 'subscribe:webhook-events',
    filter: { repository: 'org/repo', eventType: 'workflow_job' },
  },
  { type: 'subscribe:webhook-events', repository: 'org/repo', eventType: 'workflow_job' },
  { type: 'subscribe:repository', repository: 'org/repo', eventType: ['workflow_job.*'] },
])('a subscription by its long name takes its filter in `filter` or beside the type: %o', async (frame) => {
  const socket = open({ key: acmeKey });
  await socket.waitFor('ready');
  socket.send(frame);
  await socket.waitFor('subscribed');
  const wanted = [
    await source.publish({ type: 'github.workflow_job', repository: 'org/repo' }),
    await source.publish({ type: 'github.workflow_job.queued', repository: 'org/repo' }),
  ];
  await source.publish({ type: 'github.push', repository: 'org/repo' });
  await source.publish({ type: 'github.workflow_job.queued', repository: 'org/other' });
  wanted.push(await source.publish({ type: 'github.workflow_job.completed', repository: 'org/repo' }));
  await socket.waitForEvents(3);
  expect(socket.eventIds).toEqual(wanted);
});

test('an unknown field of a message is an error that names the field, and subscribes to nothing', async () => {
  const socket = open({ key: acmeKey });
  await socket.waitFor('ready');
  const frames: [frame: object, named: RegExp][] = [
    [{ type: 'subscribe', repo: 'org/repo' }, /"repo": it takes type, id, filter, eventType, repository/],
    [{ type: 'subscribe:webhook-events', event_type: 'push' }, /"event_type"/],
    [
      { type: 'subscribe', filter: { repository: 'org/repo', event: 'push' } },
      /filter does not take "event"/,
    ],
    [
      { type: 'subscribe', filter: { provider: 'github' }, eventType: 'push' },
      /"eventType" must not stand beside/,
    ],
    [{ type: 'unsubscribe', id: 'a', filter: {} }, /"filter"/],
    [{ type: 'pong', at: 1 }, /"at"/],
    [{ type: 'authenticate', token: 'x', userId: 'acme' }, /"userId"/],
    [{ type: 'subscribe:everything' }, /"type" must be one of/],
  ];
  for (const [index, [frame, named]] of frames.entries()) {
    socket.send({ ...frame, ...('id' in frame || index !== 0 ? {} : { id: 'first' }) });
    const error = await socket.waitFor('error', ({ message }) => named.test(message));
    expect(error.code).toBe('invalid_message');
  }
  await socket.subscribe({ id: 'last', filter: { eventType: 'test.last' } });
  await source.publish({ type: 'github.push', repository: 'org/repo' });
  await publishLast();
  await socket.waitForEvents(1);
  expect(socket.events.map(({ ids }) => ids)).toEqual([['last']]);
});

test('an event that matches several subscriptions of a connection is sent once, with all their ids', async () => {
  const socket = open();
  await socket.subscribe({ id: 'everything' });
  await socket.subscribe({ id: 'pushes', filter: { eventType: ['github.push', 'github.*'] } });
  await socket.subscribe({ id: 'repository', filter: { repository: ['acme/*', 'acme/api'] } });
  await source.publish({ type: 'github.push', repository: 'acme/api' });
  await source.publish({ type: 'stripe.invoice.paid', provider: 'stripe' });
  const [first, second] = await socket.waitForEvents(2);
  expect(first?.ids.toSorted()).toEqual(['everything', 'pushes', 'repository']);
  expect(second?.ids).toEqual(['everything']);
});

test('a tenant gets only its own events, and an operator gets all events or those of the tenant that it names', async () => {
  const [acme, beta, operator, named] = [open({ key: acmeKey }), open({ key: betaKey }), open(), open()];
  await Promise.all([acme.subscribe(), beta.subscribe(), operator.subscribe()]);
  await named.subscribe({ filter: { userId: 'beta' } });
  const ids = {
    acme: [] as string[],
    beta: [] as string[],
    all: [] as string[],
  };
  for (const tenant of ['acme', 'beta', 'acme', 'ac.me', 'beta', 'default']) {
    const id = await source.publish({ tenant });
    ids.all.push(id);
    if (tenant === 'acme' || tenant === 'beta') ids[tenant].push(id);
  }
  await Promise.all([
    operator.waitForEvents(6),
    beta.waitForEvents(2),
    acme.waitForEvents(2),
    named.waitForEvents(2),
  ]);
  expect([acme.eventIds, beta.eventIds, operator.eventIds, named.eventIds]).toEqual([
    ids.acme,
    ids.beta,
    ids.all,
    ids.beta,
  ]);
});

test("a tenant that names another tenant's userId is refused, and its connection stays open", async () => {
  const socket = open({ key: acmeKey });
  await socket.waitFor('ready');
  socket.send({ type: 'subscribe', id: 'theirs', filter: { userId: 'beta' } });
  expect(await socket.waitFor('error')).toMatchObject({ code: 'forbidden', id: 'theirs' });
  await socket.subscribe({ id: 'mine', filter: { userId: 'acme' } });
  await source.publish({ tenant: 'beta' });
  const id = await source.publish({ tenant: 'acme' });
  await socket.waitForEvents(1);
  expect(socket.eventIds).toEqual([id]);
});

test('events of a cancelled subscription are no longer sent', async () => {
  const socket = open();
  await socket.subscribe({ id: 'a', filter: { eventType: 'github.*' } });
  await socket.subscribe({ id: 'last', filter: { eventType: 'test.last' } });
  socket.send({ type: 'unsubscribe', id: 'a' });
  await socket.waitFor('unsubscribed');
  await source.publish();
  const last = await publishLast();
  await socket.waitForEvents(1);
  expect(socket.eventIds).toEqual([last]);
  socket.send({ type: 'unsubscribe', id: 'a' });
  expect((await socket.waitFor('error')).code).toBe('unknown_subscription');
});

test('the error for an invalid message says what is wrong', async () => {
  const socket = open();
  await socket.subscribe({ id: 'a' });
  const cases: [object, string, RegExp][] = [
    [{ type: 'subscribe', id: 'a' }, 'duplicate_subscription', /"a"/],
    [{ type: 'dance' }, 'invalid_message', /"type" must be one of authenticate, subscribe/],
    [{ type: 'subscribe', id: 'x', filter: { eventType: 'a..b' } }, 'invalid_message', /filter\/eventType/],
    [
      { type: 'subscribe', id: 'x', filter: { repositry: 'a/b' } },
      'invalid_message',
      /does not take "repositry"/,
    ],
    [{ type: 'unsubscribe' }, 'invalid_message', /id/],
  ];
  for (const [message, code, text] of cases) {
    const before = socket.frames.length;
    socket.send(message);
    const error = await socket.waitFor('error', (frame) => socket.frames.indexOf(frame) >= before);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
  }
  expect(socket.socket.readyState).toBe(WebSocket.OPEN);
});

test('a connection may have 20 subscriptions', async () => {
  const patient = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: { commandBurst: 100 },
  });
  const socket = open({}, patient.url);
  await socket.waitFor('ready');
  for (let index = 0; index < 20; index++) await socket.subscribe({ id: String(index) });
  socket.send({ type: 'subscribe', id: 'one more' });
  expect((await socket.waitFor('error')).code).toBe('too_many_subscriptions');
  await patient.close();
});

test('a browser sends the token as its first message and gets ready', async () => {
  const socket = open({ key: null });
  socket.socket.once('open', () => {
    socket.send({ type: 'authenticate', token: acmeKey });
    socket.send({ type: 'subscribe', id: 'a' });
  });
  await socket.waitFor('subscribed');
  expect(socket.frames[0]).toMatchObject({ type: 'ready', pingSeconds: 25 });
  expect(parseCursor((await socket.waitFor('ready')).cursor)).toBeTruthy();
});

test.each([
  ['nobody knows the token', { type: 'authenticate', token: `hl_${'x'.repeat(40)}` }],
  ['something else comes first', { type: 'subscribe' }],
  ['what comes first makes no sense', { type: 'dance' }],
])('4001 when %s', async (_, message) => {
  const socket = open({ key: null });
  socket.socket.once('open', () => socket.send(message));
  expect((await socket.closed).code).toBe(FEED_CLOSE.unauthenticated);
});

test('an upgrade with a wrong key is answered with 401', async () => {
  const status = await new Promise((resolve) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws/webhooks`, {
      headers: { authorization: 'Bearer nonsense' },
    });
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('error', () => {});
  });
  expect(status).toBe(401);
});

test("pages of the gateway's own origin and of listed ones may open the feed, others may not", async () => {
  const attempt = (origin: string) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws/webhooks`, {
        headers: { authorization: `Bearer ${OPERATOR_KEY}`, origin },
      });
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.once('open', () => {
        resolve('open');
        socket.terminate();
      });
      socket.once('error', () => {});
    });
  expect(await attempt(gateway.url)).toBe('open');
  expect(await attempt('https://app.example.com')).toBe('open');
  expect(await attempt('https://evil.example.com')).toBe(403);
  expect(await attempt('null')).toBe(403);
});

test('other upgrades and other paths are served as ordinary requests', async () => {
  const answer = await fetch(`${gateway.url}/ws/webhooks`);
  expect(answer.status).toBe(400);
  const http2 = await callApi(gateway.url, 'GET', '/healthz', { key: null });
  expect(http2.status).toBe(200);
  const elsewhere = await new Promise((resolve) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws/elsewhere`);
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('error', () => {});
  });
  expect(elsewhere).toBe(404);
});

test('a message that is not JSON is closed with 4002, and a message that is too long with 1009', async () => {
  const [binary, text, long] = [open(), open(), open()];
  await Promise.all([binary, text, long].map((socket) => socket.waitFor('ready')));
  binary.socket.send(Buffer.from('{"type":"pong"}'));
  text.socket.send('hello');
  long.socket.send(JSON.stringify({ type: 'subscribe', filter: { repository: 'x'.repeat(17_000) } }));
  expect((await binary.closed).code).toBe(FEED_CLOSE.malformed);
  expect((await text.closed).code).toBe(FEED_CLOSE.malformed);
  expect((await long.closed).code).toBe(1009);
});

test('a client that sends too many messages is closed with 4101', async () => {
  const socket = open();
  await socket.waitFor('ready');
  for (let index = 0; index < 30; index++) socket.send({ type: 'pong' });
  expect((await socket.closed).code).toBe(FEED_CLOSE.tooManyCommands);
});

test('pings carry the cursor, a client that does not answer them is closed with 4109, and a client that never authenticates with 4001', async () => {
  const quick = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    feed: {
      pingIntervalMs: 200,
      pongTimeoutMs: 100,
      authenticationTimeoutMs: 200,
      maxConnectionsPerTenant: 1,
    },
  });
  try {
    const silent = open({}, quick.url);
    const answering = open({}, quick.url);
    const stranger = open({ key: null }, quick.url);
    const first = open({ key: acmeKey }, quick.url);
    // The library ws answers protocol pings itself.
    silent.socket.pong = () => {};
    await answering.subscribe();
    const id = await source.publish();
    await silent.waitFor('ping');
    expect((await silent.closed).code).toBe(FEED_CLOSE.noPong);
    expect((await stranger.closed).code).toBe(FEED_CLOSE.unauthenticated);
    const event = await answering.waitFor('event', (frame) => frame.event.id === id);
    await answering.waitFor('ping', (frame) => frame.cursor === event.cursor);
    expect(answering.socket.readyState).toBe(WebSocket.OPEN);
    // One more than a tenant may have.
    await first.waitFor('ready');
    expect((await open({ key: acmeKey }, quick.url).closed).code).toBe(FEED_CLOSE.overloaded);
    first.close();
    await first.closed;
    await open({ key: acmeKey }, quick.url).waitFor('ready');
  } finally {
    await quick.close();
  }
});

test('a replica that shuts down closes its connections with 4200 and ends', async () => {
  const other = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  const [socket, stranger] = [open({}, other.url), open({ key: null }, other.url)];
  await new Promise((resolve) => stranger.socket.once('open', resolve));
  await socket.subscribe();
  await other.close();
  expect((await socket.closed).code).toBe(FEED_CLOSE.restarting);
  expect((await stranger.closed).code).toBe(FEED_CLOSE.restarting);
});

test('the feed has metrics', async () => {
  const socket = open();
  await socket.subscribe();
  await source.publish();
  await socket.waitForEvents(1);
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const value = (name: string) =>
    Number(new RegExp(`^${name}\\{[^}]*\\} ([0-9.e+-]+)$`, 'm').exec(text)?.[1]);
  expect(value('hookline_feed_connections')).toBeGreaterThanOrEqual(1);
  expect(value('hookline_feed_subscriptions')).toBe(1);
  expect(value('hookline_feed_frames_total')).toBeGreaterThan(30);
  expect(value('hookline_feed_lag_seconds_count')).toBeGreaterThan(30);
  expect(text).toMatch(/hookline_feed_closes_total\{transport="ws",code="4101",service="gateway"\} 1/);
});
