import type { UnreadableMessage } from '@hookline/contracts';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, type Harness, newTenant, type PublishInput } from '../harness.ts';
import { timePartOfUlid } from '../support/insert-due-deliveries.ts';
import { publishRaw } from '../support/publish-raw.ts';

// The tests run concurrently, on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

/** The tests run concurrently, each on its own servers. */
async function setUp(
  onTestFinished: (clean: () => void | Promise<void>) => void,
): Promise<{ harness: Harness; receiver: Receiver; tenant: string }> {
  const harness = await createHarness();
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  // It creates the endpoint and stops: the replica that a test starts is to pull the whole batch at once.
  const first = await harness.startReplica();
  const tenant = newTenant();
  await first.createEndpoint(tenant, receiver.url);
  await first.stop();
  return { harness, receiver, tenant };
}

test.concurrent('a message that cannot be read or stored is recorded, and the rest of its batch is delivered', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const poison: PublishInput[] = [
    { id: 'not-an-id' },
    { id: 'evt_\u0000' },
    { id: 'evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ' },
    { type: 'a"b' },
    { tenant: 'new\nline' },
    { time: 'yesterday' },
    { receivedat: '' },
    { payload: '' },
    { subject: 'nul \u0000 nul' },
    { dedupekey: 'x\u0000y' },
    // A btree entry is at most 2,704 bytes; it does not compress to less.
    { dedupekey: Array.from({ length: 700 }, (_, n) => (n * 7919).toString(36)).join('') },
  ];
  for (const [n, input] of poison.entries()) {
    await harness.publish({ tenant, payload: { n } });
    await publishRaw(harness, { tenant, ...input });
  }
  await harness.bus.jetStream.publish('events.x.y.z', 'no headers at all');
  await harness.publish({ tenant, payload: { n: poison.length } });

  const replica = await harness.startReplica();
  await receiver.waitFor(poison.length + 1);
  const ledger = await harness.expectSettled(replica);
  expect(ledger).toMatchObject({
    events: poison.length + 1,
    delivered: poison.length + 1,
    malformed: poison.length + 1,
    duplicates: 0,
    unaccounted: poison.length + 1,
  });
  const notes = await harness.asOwner<{ details: string }>(
    `select details from skipped_messages order by stream_seq`,
  );
  expect(notes[0]?.details).toBe('ce-id is not an event id: not-an-id');
  for (const { details } of notes) expect(details).not.toBe('');

  // An operator sees each message unchanged, page by page, and is warned in three places.
  const shown: UnreadableMessage[] = [];
  for (let cursor = ''; ; ) {
    const { json } = await replica.call('GET', `/api/unreadable-messages?limit=5${cursor}`);
    shown.push(...json.data);
    if (!json.page.hasMore) break;
    cursor = `&cursor=${json.page.nextCursor}`;
  }
  expect(shown.map(({ reason }) => reason)).toEqual(notes.map(({ details }) => details).reverse());
  expect(shown.at(-1)).toMatchObject({
    reason: 'ce-id is not an event id: not-an-id',
    subject: `events.${tenant.replace(' ', '=20')}.app.raw`,
    headers: { 'ce-id': 'not-an-id', 'ce-provider': 'app' },
    payloadBase64: Buffer.from('{"n":1}').toString('base64'),
  });
  expect((await replica.call('GET', '/api/unreadable-messages', { as: tenant })).status).toBe(403);
  expect(JSON.parse(await (await fetch(`${replica.url}/readyz`)).text()).checks.ledger).toEqual({
    ok: false,
    problem:
      '12 events or deliveries are unaccounted for; GET /api/unreadable-messages lists messages that could not be read',
  });
  const metrics = (await replica.call('GET', '/metrics')).text;
  expect(metrics).toMatch(/hookline_events_total\{result="malformed",service="delivery"\} 12/);
  expect(metrics).toMatch(/hookline_unaccounted_deliveries\{service="delivery"\} 12/);
});

test.concurrent("a repeat beyond the stream's window is dropped, recorded, and shown in the first event's journey", async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const dedupekey = 'github:1';
  const replica = await harness.startReplica();
  const first = await harness.publish({ tenant, dedupekey, payload: { n: 1 } });
  await receiver.waitFor(1);
  // With other message ids, as after the stream's window: once with a new event id, and once with the same.
  await publishRaw(harness, { tenant, dedupekey, payload: { n: 2 } }, { messageId: 'a' });
  await publishRaw(harness, { tenant, id: first, dedupekey, payload: { n: 1 } }, { messageId: 'b' });
  // The same key of another tenant, and keys that are equal only when concatenated with the tenant.
  await publishRaw(harness, { tenant: newTenant(), dedupekey }, { messageId: 'c' });
  await publishRaw(harness, { tenant: `${tenant} x`, dedupekey: 'y' }, { messageId: 'd' });
  await publishRaw(harness, { tenant, dedupekey: 'x y' }, { messageId: 'e' });
  await receiver.waitFor(2);

  const ledger = await harness.expectSettled(replica);
  expect(ledger).toMatchObject({ events: 4, duplicates: 2, malformed: 0, accepted: 2, delivered: 2 });
  expect(receiver.requests.filter(({ headers }) => headers['webhook-id'] === first)).toHaveLength(1);
  const { json } = await replica.call('GET', `/api/webhook-events/${first}/journey`, { as: tenant });
  const repeats = json.data.steps.filter(({ step }: { step: string }) => step === 'duplicate');
  expect(repeats).toHaveLength(2);
  // Both are recorded at the same moment, so their order is undefined.
  expect(repeats.map(({ text }: { text: string }) => text).sort()).toEqual([
    'It was received again and not delivered a second time',
    expect.stringMatching(
      /^It was received again and not delivered a second time\. It had the same id and other content: the SHA-256 of the first body is [0-9a-f]{64}, of this one [0-9a-f]{64}$/,
    ),
  ]);
});

test.concurrent('of repeats within one batch whose first is refused, the next is delivered', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  // A time for which no partition is created.
  await publishRaw(harness, { tenant, dedupekey: 'k', id: 'evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ' });
  await publishRaw(harness, { tenant, dedupekey: 'k', payload: { n: 'good' } });
  await publishRaw(harness, { tenant, dedupekey: 'k', payload: { n: 'repeat' } });
  await publishRaw(harness, { tenant: `${tenant} a`, dedupekey: 'b' });
  await publishRaw(harness, { tenant, dedupekey: 'a b' });
  const replica = await harness.startReplica();
  await receiver.waitFor(2);
  const ledger = await harness.expectSettled(replica);
  expect(ledger).toMatchObject({ events: 3, malformed: 1, duplicates: 1, accepted: 2, delivered: 2 });
  expect(receiver.requests.map(({ body }) => body.toString()).join()).toContain('"n":"good"');
});

test.concurrent('an error that is not about the events refuses none of them', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  await harness.asOwner('revoke insert on events from hookline_system');
  const replica = await harness.startReplica();
  await harness.publish({ tenant });
  await harness.publish({ tenant });
  const refused = () => harness.bus.manager.consumers.info('EVENTS', 'delivery');
  await until(async () => (await refused()).num_redelivered > 0);
  await harness.asOwner('grant insert on events to hookline_system');
  await receiver.waitFor(2);
  expect(await harness.expectSettled(replica)).toMatchObject({ events: 2, malformed: 0, delivered: 2 });
});

test.concurrent('an event that the stream lost before fan-out is reported as missing', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const first = await harness.startReplica();
  await harness.publish({ tenant });
  await harness.expectSettled(first);
  await first.stop();
  for (let n = 0; n < 3; n++) await harness.publish({ tenant });
  await harness.bus.manager.streams.purge('EVENTS', { seq: 4 });
  const replica = await harness.startReplica();
  await receiver.waitFor(2);
  await until(async () => (await replica.call('GET', '/api/ledger')).json.data.unaccounted === 2);
  expect((await replica.call('GET', '/metrics')).text).toMatch(
    /hookline_unaccounted_deliveries\{service="delivery"\} 2/,
  );
});

test.concurrent("events older than the stream's retention are stored, and their partition is created", async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  // One event that was in ingest's journal for a month, one with a wrong old time, and one of today.
  const monthAgo = `evt_${timePartOfUlid(Date.now() - 30 * 86_400_000)}0000000000000000`;
  await harness.publish({ tenant, id: monthAgo });
  await harness.publish({ tenant, id: 'evt_00000000000000000000000000' });
  await harness.publish({ tenant });
  const replica = await harness.startReplica();
  await receiver.waitFor(2);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toContain(monthAgo);
  expect(await harness.expectSettled(replica)).toMatchObject({ events: 2, malformed: 1, delivered: 2 });
});

test.concurrent('a missing partition is created, also after a temporary error', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  // The first statement meets a deadlock. A sequence is not rolled back.
  await harness.asOwner(`
    create sequence statements_of_fan_out;
    create function fail_first() returns trigger language plpgsql security definer as $$
    begin
      if nextval('statements_of_fan_out') = 1 then raise 'the first one' using errcode = '40P01'; end if;
      return null;
    end $$;
    create trigger fail_first before insert on events for each statement execute function fail_first()`);
  await harness.publish({
    tenant,
    id: `evt_${timePartOfUlid(Date.now() - 10 * 86_400_000)}0000000000000000`,
  });
  const replica = await harness.startReplica();
  await receiver.waitFor(1);
  expect(await harness.expectSettled(replica)).toMatchObject({ events: 1, malformed: 0, delivered: 1 });
  const [statements] = await harness.asOwner<{ n: number }>(
    'select last_value::int as n from statements_of_fan_out',
  );
  expect(statements?.n).toBeGreaterThanOrEqual(3);
});
