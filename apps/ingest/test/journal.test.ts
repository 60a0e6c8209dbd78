import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, type Replica, waitForRejections } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';

async function setUp(maxBytes = 10_000_000): Promise<{ harness: Harness; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-journal-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const harness = await createHarness({
    environmentSecrets,
    publishDeadlineMs: 400,
    journal: { directory, maxBytes },
  });
  return { harness, directory };
}

const send = (replica: Replica, n: number) =>
  replica.deliver(PATH, signGithub({ secret, body: `{"n":${n}}` }));

const segmentsIn = (directory: string) =>
  readdirSync(directory).flatMap((slot) =>
    readdirSync(join(directory, slot))
      .filter((name) => name.endsWith('.journal'))
      .map((name) => join(directory, slot, name)),
  );

async function numbersInStream(harness: Harness): Promise<number[]> {
  return (await harness.readEvents()).map(
    ({ payload }) => JSON.parse(Buffer.from(payload).toString()).n as number,
  );
}

test('while NATS is unavailable events are journaled and answered 2xx, and afterwards each is published once and in order', async () => {
  const { harness, directory } = await setUp();
  const replica = await harness.startReplica();
  await harness.nats.kill();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    const answer = await send(replica, n);
    expect(answer.status).toBe(200);
    ids.push(answer.json.id);
  }
  expect(segmentsIn(directory)).toHaveLength(1);
  const ready = await replica.call('GET', '/readyz');
  expect([ready.status, ready.json.checks]).toMatchObject([
    200,
    {
      nats: { ok: false },
      journal: { ok: true },
      journalEmpty: { ok: false, problem: '5 events wait for JetStream' },
    },
  ]);
  expect((await replica.call('GET', '/metrics')).text).toMatch(/hookline_ingest_journal_events\{[^}]*\} 5\n/);

  await harness.nats.restart();
  await until(async () => (await replica.call('GET', '/readyz')).json.checks.journalEmpty.ok);
  expect((await harness.readEvents()).map(({ attributes }) => attributes.id)).toEqual(ids);
  expect(segmentsIn(directory)).toEqual([]);
  expect(await numbersInStream(harness)).toEqual([0, 1, 2, 3, 4]);
});

test('a repeat of a journaled event is answered with the first event’s id, and the event is published once', async () => {
  const { harness, directory } = await setUp();
  const replica = await harness.startReplica();
  await harness.nats.kill();
  const request = signGithub({ secret, body: '{"n":0}', id: 'delivery-1' });
  // Two equal requests at once: neither is on disk when the other arrives.
  const [one, two] = await Promise.all([replica.deliver(PATH, request), replica.deliver(PATH, request)]);
  const first = one.json.duplicate ? two : one;
  const answer = { received: true, id: first.json.id, duplicate: true };
  expect([one, two].filter(({ json }) => json.duplicate).map(({ json }) => json)).toEqual([answer]);
  expect((await replica.deliver(PATH, request)).json).toEqual(answer);
  // The same delivery id of another tenant is no repeat.
  const others = await replica.deliver('/api/webhooks/github/other', request);
  expect(others.json).toEqual({ received: true, id: expect.any(String) });
  expect(others.json.id).not.toBe(first.json.id);
  expect((await waitForRejections(replica, 2, '?code=duplicate')).map(({ eventId }) => eventId)).toEqual([
    first.json.id,
    first.json.id,
  ]);
  await replica.close();
  expect(segmentsIn(directory)).toHaveLength(1);

  await harness.nats.restart();
  const next = await harness.startReplica();
  await until(() => segmentsIn(directory).length === 0);
  expect((await next.deliver(PATH, request)).json).toEqual(answer);
  expect((await harness.readEvents()).map(({ attributes }) => attributes.id)).toEqual([
    first.json.id,
    others.json.id,
  ]);
});

test('only the first events of an outage wait for the publish deadline', async () => {
  const { harness } = await setUp();
  const replica = await harness.startReplica({ publishDeadlineMs: 2_000 });
  await harness.nats.kill();
  await send(replica, 0);
  const startedAt = performance.now();
  await send(replica, 1);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
});

test('the next process publishes the events of a crashed process, even if the last record is incomplete', async () => {
  const { harness, directory } = await setUp();
  const replica = await harness.startReplica();
  await harness.nats.kill();
  for (let n = 0; n < 3; n++) await send(replica, n);
  // The files of a crash: a directory without an owner, with an incomplete record at the end.
  const [segment = ''] = segmentsIn(directory);
  const left = readFileSync(segment);
  const orphaned = join(directory, '07');
  mkdirSync(orphaned);
  writeFileSync(join(orphaned, '00000000000001-dead.journal'), left);
  appendFileSync(join(orphaned, '00000000000001-dead.journal'), left.subarray(0, 40));
  rmSync(segment);
  await replica.close();

  await harness.nats.restart();
  await harness.startReplica();
  await until(async () => (await numbersInStream(harness)).length === 3);
  await until(() => segmentsIn(directory).length === 0);
  expect(await numbersInStream(harness)).toEqual([0, 1, 2]);
});

test('two replicas share a journal directory and do not take each other’s events', async () => {
  const { harness, directory } = await setUp();
  const replicas = [await harness.startReplica(), await harness.startReplica()] as const;
  await harness.nats.kill();
  await Promise.all(replicas.map((replica, n) => send(replica, n)));
  expect(
    segmentsIn(directory)
      .map((path) => path.split('/').at(-2))
      .sort(),
  ).toEqual(['00', '01']);
  await harness.nats.restart();
  await until(async () => (await numbersInStream(harness)).length === 2);
  await until(() => segmentsIn(directory).length === 0);
  expect((await numbersInStream(harness)).sort()).toEqual([0, 1]);
});

test('a full journal is answered with 503 and Retry-After, and no journaled event is lost', async () => {
  const { harness } = await setUp(2_000);
  const replica = await harness.startReplica();
  await harness.nats.kill();
  const statuses: number[] = [];
  let last = await send(replica, 0);
  for (let n = 1; n < 12; n++) {
    statuses.push(last.status);
    last = await send(replica, n);
  }
  expect([last.status, last.json.code, last.headers.get('retry-after')]).toEqual([503, 'not_stored', '5']);
  expect((await replica.call('GET', '/readyz')).json.checks.journal).toMatchObject({ ok: false });
  const accepted = statuses.filter((status) => status === 200).length;
  expect(accepted).toBeGreaterThan(1);
  await harness.nats.restart();
  await until(async () => (await numbersInStream(harness)).length >= accepted);
  expect(await numbersInStream(harness)).toEqual(Array.from({ length: accepted }, (_, n) => n));
});

test('a payload of 25 MB is stored in the object store, both directly and from the journal', async () => {
  const { harness } = await setUp(60_000_000);
  const replica = await harness.startReplica({ maxBodyBytes: 26_214_400, publishDeadlineMs: 8_000 });
  const text = randomBytes(9_800_000).toString('base64url').slice(0, 13_000_000).repeat(2);
  const body = `{"n":1,"text":"${text}"}`;
  const sent = await replica.deliver(PATH, signGithub({ secret, body }));
  expect(sent.status).toBe(200);
  const [event] = await harness.readEvents();
  expect(event?.attributes).toMatchObject({ id: sent.json.id, payloadref: sent.json.id });
  expect(event?.payload).toHaveLength(0);

  await harness.nats.kill();
  const journaled = await replica.deliver(PATH, signGithub({ secret, body }));
  expect(journaled.status).toBe(200);
  await harness.nats.restart();
  // An upper bound for a loaded machine: 25 MB are written twice.
  await until(async () => (await harness.readEvents()).length === 2, { timeoutMs: 60_000 });

  const tooLarge = await replica.deliver(
    PATH,
    signGithub({ secret, body: `{"text":"${'x'.repeat(26_214_400)}"}` }),
  );
  expect([tooLarge.status, tooLarge.json.code]).toEqual([413, 'payload_too_large']);
});
