import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, waitForRejections } from './harness.ts';
import { signGithub, signStandardWebhook } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';

test('ingest answers 2xx only after JetStream’s acknowledgement', async () => {
  const { nats, startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  process.kill(nats.pid, 'SIGSTOP');
  onTestFinished(() => {
    process.kill(nats.pid, 'SIGCONT');
  });
  let answered = false;
  const pending = replica.deliver(PATH, signGithub({ secret, body: '{"n":1}' })).then((answer) => {
    answered = true;
    return answer;
  });
  await until(async () =>
    /hookline_ingest_pending\{[^}]*\} 1\n/.test((await replica.call('GET', '/metrics')).text),
  );
  // Other requests are answered in the meantime, so an early answer would have arrived by now.
  for (let index = 0; index < 20; index++) await replica.call('GET', '/healthz');
  expect(answered).toBe(false);
  process.kill(nats.pid, 'SIGCONT');
  const answer = await pending;
  expect(answer.status).toBe(200);
  const events = await readEvents();
  expect(events).toHaveLength(1);
  expect(answer.json.id).toBe(events[0]?.attributes.id);
});

test('a lost acknowledgement is no duplicate: the event is stored once and answered with its own id', async () => {
  const { nats, startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  process.kill(nats.pid, 'SIGSTOP');
  const pending = replica.deliver(PATH, signGithub({ secret, body: '{"n":1}' }));
  // The pause exceeds the publisher's answer timeout: the event is sent again with its id, and both wait in the socket.
  await delay(2_800);
  process.kill(nats.pid, 'SIGCONT');
  const answer = await pending;
  expect(answer.status).toBe(200);
  expect(answer.json.duplicate).toBeUndefined();
  const events = await readEvents();
  expect(events).toHaveLength(1);
  expect(events[0]?.attributes.id).toBe(answer.json.id);
});

test('without NATS the answer after the deadline is 503, and the event is stored once if its sender repeats it after the restart', async () => {
  const { nats, startReplica, readEvents } = await createHarness({
    environmentSecrets,
    publishDeadlineMs: 600,
  });
  const replica = await startReplica();
  await nats.kill();
  const request = signGithub({ secret, body: '{"n":1}' });
  const started = performance.now();
  const refused = await replica.deliver(PATH, request);
  const tookMs = performance.now() - started;
  expect([refused.status, refused.json.code]).toEqual([503, 'not_stored']);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(tookMs).toBeGreaterThanOrEqual(590);
  expect(tookMs).toBeLessThan(2_500);
  expect((await replica.call('GET', '/readyz')).json).toMatchObject({
    ready: false,
    checks: { postgres: { ok: true }, nats: { ok: false } },
  });

  await nats.restart();
  await until(async () => (await replica.call('GET', '/readyz')).status === 200);
  const accepted = await replica.deliver(PATH, request);
  expect(accepted.status).toBe(200);
  const again = await replica.deliver(PATH, request);
  expect(again.json).toEqual({ received: true, id: accepted.json.id, duplicate: true });
  expect(await readEvents()).toHaveLength(1);
});

test('senders do not notice a restart of NATS within the deadline', async () => {
  const { nats, startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  await nats.kill();
  const pending = Array.from({ length: 50 }, (_, n) =>
    replica.deliver(PATH, signGithub({ secret, body: `{"n":${n}}` })),
  );
  await nats.restart();
  const statuses = (await Promise.all(pending)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await readEvents()).toHaveLength(50);
});

test('a repeat is answered with the first event’s id, and recorded as a duplicate', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const request = signGithub({ secret, body: '{"n":1}', id: '72d3162e-cc78-11e3-81ab-4c9367dc0958' });
  const first = await replica.deliver(PATH, request);
  // A manual redelivery on GitHub carries the same delivery id.
  const second = await replica.deliver(PATH, request);
  expect([second.status, second.json]).toEqual([200, { received: true, id: first.json.id, duplicate: true }]);
  expect(second.headers.get('hookline-event-id')).toBe(first.json.id);
  expect(await readEvents()).toHaveLength(1);

  const [kept] = await waitForRejections(replica, 1, `?eventId=${first.json.id}`);
  expect(kept).toMatchObject({
    code: 'duplicate',
    userId: 'acme',
    provider: 'github',
    eventId: first.json.id,
    providerDeliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  });
});

test('repeats that arrive at the same time, at several replicas, are stored once', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replicas = await Promise.all([startReplica(), startReplica()]);
  const requests = Array.from({ length: 20 }, (_, n) => signGithub({ secret, body: `{"n":${n}}` }));
  const answers = await Promise.all(
    requests.flatMap((request) =>
      [0, 1, 0, 1, 0].map((index) => (replicas[index] as (typeof replicas)[0]).deliver(PATH, request)),
    ),
  );
  const events = await readEvents();
  expect(events).toHaveLength(20);
  const stored = new Set(events.map(({ attributes }) => attributes.id));
  for (const { status, json } of answers) {
    expect(status).toBe(200);
    expect(stored).toContain(json.id);
  }
  expect(answers.filter(({ json }) => json.duplicate)).toHaveLength(80);
});

test('the same delivery id of another tenant is no repeat', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const request = signGithub({ secret, body: '{"n":1}' });
  const answers = [
    await replica.deliver(PATH, request),
    await replica.deliver('/api/webhooks/github/other', request),
  ];
  for (const { json } of answers) expect(json.duplicate).toBeUndefined();
  expect(await readEvents()).toHaveLength(2);
});

test('events are accepted while Postgres is unavailable', async () => {
  const { startReplica, readEvents, allowConnections } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'github', secret, userId: 'acme' });
  await allowConnections(false);
  await until(async () => (await replica.call('GET', '/readyz')).status === 503);
  expect((await replica.deliver(PATH, signGithub({ secret, body: '{"n":1}' }))).status).toBe(200);
  const guess = await replica.deliver(PATH, signGithub({ secret: 'guess', body: '{"n":1}' }));
  expect(guess.status).toBe(401);
  await allowConnections(true);
  await until(async () => (await replica.call('GET', '/readyz')).status === 200);
  expect(await readEvents()).toHaveLength(1);
  // The rejections of the outage are stored once Postgres is available again.
  expect(await waitForRejections(replica, 1)).toMatchObject([{ code: 'invalid_signature' }]);
});

test('a shutdown finishes the requests in flight', async () => {
  const { nats, startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  process.kill(nats.pid, 'SIGSTOP');
  const pending = [1, 2, 3].map((n) => replica.deliver(PATH, signGithub({ secret, body: `{"n":${n}}` })));
  await until(async () =>
    /hookline_ingest_pending\{[^}]*\} 3\n/.test((await replica.call('GET', '/metrics')).text),
  );
  const closing = replica.close();
  process.kill(nats.pid, 'SIGCONT');
  expect((await Promise.all(pending)).map(({ status }) => status)).toEqual([200, 200, 200]);
  await closing;
  expect(await readEvents()).toHaveLength(3);
});

test('repeats of a sender that sends ids are recognised by the id alone', async () => {
  const key = Buffer.alloc(24, 7).toString('base64');
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([['standard-webhooks', { secrets: [key], verifyTokens: [] }]]),
  });
  const replica = await startReplica();
  const send = (id: string, body: string, atMs: number) =>
    replica.deliver(
      '/api/webhooks/standard-webhooks/acme',
      signStandardWebhook('webhook', { secret: key, body, id, atMs }),
    );
  const first = await send('msg_1', '{"type":"a.b","n":1}', Date.now());
  // Another attempt at the same event has another time, and so another signature.
  const retry = await send('msg_1', '{"type":"a.b","n":1}', Date.now() + 60_000);
  expect(retry.json).toEqual({ received: true, id: first.json.id, duplicate: true });
  await send('msg_2', '{"type":"a.b","n":1}', Date.now());
  expect(await readEvents()).toHaveLength(2);
});
