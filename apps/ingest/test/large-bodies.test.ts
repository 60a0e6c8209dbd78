import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createHarness } from './harness.ts';
import { signGithub, signMeta } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';
/** The body consists of objects, which take long to parse. */
const large = (items: number) =>
  `{"action":"a","n":[${Array(items).fill('{"a":1,"b":"é","c":[2]}').join(',')}]}`;

test('a large body is verified and parsed outside the main thread, with the same result', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets, maxBodyBytes: 26_214_400 });
  const replica = await startReplica();
  const body = large(30_000);
  const accepted = await replica.deliver(PATH, signGithub({ secret, body }));
  expect(accepted.status).toBe(200);
  const refused = await replica.deliver(PATH, signGithub({ secret: 'another', body }));
  expect([refused.status, refused.json.error]).toEqual([401, 'Invalid signature']);
  const broken = await replica.deliver(PATH, signGithub({ secret, body: body.slice(0, -1) }));
  expect([broken.status, broken.json.code]).toEqual([400, 'malformed_body']);
  const [event, ...others] = await readEvents();
  expect(others).toEqual([]);
  expect(event?.attributes).toMatchObject({ id: accepted.json.id, type: 'github.push.a' });
  expect(Buffer.from(event?.payload ?? []).toString()).toBe(body);
});

test('other requests are answered while a body of 20 MB is processed', async () => {
  const { startReplica } = await createHarness({ environmentSecrets, maxBodyBytes: 26_214_400 });
  const replica = await startReplica();
  const request = signGithub({ secret, body: large(800_000) });
  expect(Buffer.byteLength(request.body)).toBeGreaterThan(19_000_000);
  const startedAt = performance.now();
  JSON.parse(String(request.body));
  const parseMs = performance.now() - startedAt;
  await replica.deliver(PATH, signGithub({ secret, body: large(30_000) }));
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const sent = replica.deliver(PATH, request);
  const answered = await sent;
  await delay(20);
  loop.disable();
  expect(answered.status).toBe(200);
  // In one thread the event loop would stop for all of the parsing, and for the hashing too.
  expect(loop.max / 1e6).toBeLessThan(parseMs);
});

test('the items of a batch of every size are stored as separate events, in order', async () => {
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([['meta', { secrets: [secret], verifyTokens: [] }]]),
    maxBodyBytes: 26_214_400,
  });
  const replica = await startReplica();
  const batches = [
    [300, 1_000],
    [600, 1_200],
    [20, 70_000],
    [150, 40_000],
  ] as const;
  for (const [items, textLength] of batches) {
    const entry = Array.from({ length: items }, (_, index) => ({
      id: `page-${index}`,
      time: 1_700_000_000_000,
      changes: [{ field: 'feed', value: { text: 'é'.repeat(textLength / 2), index, items } }],
    }));
    const body = JSON.stringify({ object: 'page', entry });
    const answer = await replica.deliver('/api/webhooks/meta/acme', signMeta({ secret, body }));
    expect([answer.status, answer.json.ids]).toEqual([200, expect.objectContaining({ length: items })]);
  }
  const wanted = batches.flatMap(([items]) =>
    Array.from({ length: items }, (_, index) => `"index":${index},"items":${items}`),
  );
  const stored = (await readEvents()).map(
    ({ payload }) => /"index":\d+,"items":\d+/.exec(Buffer.from(payload).toString())?.[0],
  );
  expect(stored).toEqual(wanted);
}, 120_000);
