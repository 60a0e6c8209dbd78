import { hash } from 'node:crypto';
import { ID_PREFIX, timeOfId } from '@hookline/contracts';
import { createIdFactory } from '@hookline/service';
import { type Receiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countUnacknowledged, createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const WINDOW_MS = 60_000;
const START_MS = Date.now() - 3_600_000;

async function startReceiverOf(tenant: string): Promise<Receiver> {
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url);
  return receiver;
}

/** An event that was received at this time after the start of the test's hour. */
function publishAt(tenant: string, afterMs: number, more: { payload?: unknown; dedupewindow?: string } = {}) {
  const receivedat = new Date(START_MS + afterMs).toISOString();
  return harness.publish({
    tenant,
    id: createIdFactory(ID_PREFIX.event)(START_MS + afterMs),
    receivedat,
    time: receivedat,
    dedupekey: 'src_1:body:x',
    dedupewindow: String(WINDOW_MS),
    ...more,
  });
}

const settle = () => until(async () => (await countUnacknowledged(harness.bus)) === 0);
const idsOf = (receiver: Receiver) => receiver.requests.map(({ headers }) => headers['webhook-id']);

test('an equal body after 59 s is a repeat, after 61 s an event, and the window counts from the last event', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const ids: string[] = [];
  for (const seconds of [0, 59, 61, 100, 120, 122]) {
    ids.push(await publishAt(tenant, seconds * 1_000));
    await settle();
  }
  expect(idsOf(receiver)).toEqual([ids[0], ids[2], ids[5]]);
});

test('sixty equal bodies at once are one event, whichever of two replicas gets them', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const other = await harness.startReplica();
  await Promise.all(Array.from({ length: 60 }, (_, index) => publishAt(tenant, index)));
  await settle();
  expect(receiver.requests).toHaveLength(1);
  const [skipped] = await harness.asOwner<{ count: number }>(
    `select count(*)::int as count from skipped_messages where tenant_id = $1 and reason = 'duplicate'`,
    [tenant],
  );
  expect(skipped?.count).toBe(59);
  await other.stop();
});

test('of an hour of equal bodies handled at once, each dropped one has a stored one within the window', async () => {
  const tenant = newTenant();
  const times = Array.from({ length: 120 }, (_, index) => index * 30_000);
  await Promise.all(times.map((afterMs) => publishAt(tenant, afterMs)));
  await settle();
  const events = await harness.asOwner<{ id: string }>('select id from events where tenant_id = $1', [
    tenant,
  ]);
  expect(events.length).toBeLessThan(times.length);
  const taken = events.map(({ id }) => (timeOfId(id) as number) - START_MS);
  const isNear = (atMs: number) => taken.some((takenMs) => Math.abs(takenMs - atMs) <= WINDOW_MS);
  expect(times.filter((atMs) => !isNear(atMs))).toEqual([]);
});

test('an event that arrives late from a journal is judged by its own time of receipt', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const later = await publishAt(tenant, 300_000);
  await settle();
  const earlier = await publishAt(tenant, 0);
  await settle();
  const repeat = await publishAt(tenant, 301_000);
  await settle();
  expect(idsOf(receiver)).toEqual([later, earlier]);
  expect(idsOf(receiver)).not.toContain(repeat);
});

test('a repeat with different content is shown with both hashes, and its id leads to the first event', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const first = await publishAt(tenant, 0, { payload: '{"n":1}' });
  await receiver.waitFor(1);
  const repeat = await publishAt(tenant, 1_000, { payload: '{"n":2}' });
  await settle();
  const journey = await replica.call('GET', `/api/webhook-events/${first}/journey`, { as: tenant });
  const steps = journey.json.data.steps as { step: string }[];
  expect(steps.find(({ step }) => step === 'duplicate')).toMatchObject({
    text: expect.stringContaining('the same id and other content'),
    details: { repeatId: repeat, firstSha256: sha256('{"n":1}'), sha256: sha256('{"n":2}') },
  });
  const missing = await replica.call('GET', `/api/webhook-events/${repeat}`, { as: tenant });
  expect([missing.status, missing.json.error]).toEqual([
    404,
    `${repeat} was a repeat of the event ${first}, and was not delivered again`,
  ]);
});

const sha256 = (text: string) => hash('sha256', text, 'hex');
