import { EVENTS_STREAM, timeOfId } from '@hookline/contracts';
import { type Receiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { insertEvents } from '../../src/pipeline/fan-out/insert-events.ts';
import { attemptColumns } from '../../src/pipeline/outcomes/attempt-columns.ts';
import {
  countUnacknowledged,
  createEvent,
  createHarness,
  type Harness,
  newTenant,
  type Replica,
} from '../harness.ts';
import { makeEventRow } from '../support/make-event-row.ts';
import { openDatabase } from '../support/open-database.ts';
import { publishRaw } from '../support/publish-raw.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

async function startReceiverOf(tenant: string): Promise<Receiver> {
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url);
  return receiver;
}

test('an event is sent before it is stored, and acknowledged only after it is stored', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  // The insert of an event waits for this transaction.
  await harness.asOwner(`
    create or replace function wait_at_gate() returns trigger language plpgsql security definer as $$
    begin perform pg_advisory_xact_lock(4711); return null; end $$;
    create trigger wait_at_gate before insert on events for each statement execute function wait_at_gate()`);
  onTestFinished(async () => {
    await harness.asOwner('drop trigger wait_at_gate on events');
  });
  const gatekeeper = openDatabase(harness);
  onTestFinished(() => gatekeeper.close());
  await gatekeeper.withSystem(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(4711)');
    await harness.publish({ tenant });
    await receiver.waitFor(1);
    expect(await harness.asOwner('select from events where tenant_id = $1', [tenant])).toEqual([]);
    expect(await countUnacknowledged(harness.bus)).toBe(1);
  });
  await until(async () => (await countUnacknowledged(harness.bus)) === 0);
  expect(
    await harness.asOwner('select status, attempts from deliveries where tenant_id = $1', [tenant]),
  ).toEqual([{ status: 'success', attempts: 1 }]);
  expect(receiver.requests).toHaveLength(1);
});

test('a receiver can read the event while it handles the request that brought it', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const reads: Promise<number>[] = [];
  receiver.respond = ({ headers }) => {
    const path = `/api/webhook-events/${String(headers['webhook-id'])}`;
    reads.push(replica.call('GET', path, { as: tenant }).then(({ status }) => status));
    reads.push(replica.call('GET', `${path}/journey`, { as: tenant }).then(({ status }) => status));
    return { delayMs: 60 };
  };
  await harness.publish({ tenant });
  await receiver.waitFor(1);
  expect(await Promise.all(reads)).toEqual([200, 200]);
});

test('a read of a missing event waits briefly if its id is new, and not at all if its id is old', async () => {
  const old = await replica.call('GET', '/api/webhook-events/evt_01ARZ3NDEKTSV4RRFFQ69G5FAV', { as: 'x' });
  expect(old.status).toBe(404);
  const { attributes } = createEvent();
  const fresh = await replica.call('GET', `/api/webhook-events/${attributes.id}`, { as: 'x' });
  expect(fresh.status).toBe(404);
});

test('a repeat that comes while the first is being sent waits for it, and is dropped', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  receiver.respond = () => ({ delayMs: 100 });
  const other = await harness.startReplica();
  const dedupekey = 'one';
  // Some events at once, so that both replicas get some.
  const ids = await Promise.all(Array.from({ length: 8 }, () => publishRaw(harness, { tenant, dedupekey })));
  await until(async () => (await countUnacknowledged(harness.bus)) === 0);
  expect(receiver.requests).toHaveLength(1);
  expect(ids).toContain(receiver.requests[0]?.headers['webhook-id']);
  const skipped = await harness.asOwner(`select from skipped_messages where tenant_id = $1`, [tenant]);
  expect(skipped).toHaveLength(7);
  await other.stop();
});

test('an event that JetStream delivers again while it is being sent is not sent again', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  receiver.respond = () => ({ delayMs: 100 });
  const id = await publishRaw(harness, { tenant, dedupekey: 'two' });
  for (let n = 0; n < 3; n++) await publishRaw(harness, { tenant, id, dedupekey: 'two' });
  await until(async () => (await countUnacknowledged(harness.bus)) === 0);
  expect(receiver.requests).toHaveLength(1);
});

test('a dedupe key whose event was never stored does not block later events', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  const { attributes } = createEvent();
  await harness.asOwner(
    'insert into event_keys (tenant_id, dedupe_key, event_id, created_at) values ($1, $2, $3, now())',
    [tenant, 'three', attributes.id],
  );
  const id = await harness.publish({ tenant, dedupekey: 'three' });
  await receiver.waitFor(1);
  expect(receiver.requests[0]?.headers['webhook-id']).toBe(id);
  expect(await harness.asOwner('select event_id from event_keys where tenant_id = $1', [tenant])).toEqual([
    { event_id: id },
  ]);
});

test('of two replicas with the same event, the first to store it records the outcome', async () => {
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const tenant = newTenant();
  const { attributes, payload } = createEvent({ tenant });
  const createdAt = new Date(timeOfId(attributes.id) as number).toISOString();
  const store = (leaseId: string | undefined) =>
    insertEvents(database, {
      events: [makeEventRow(attributes, { streamSeq: 999_999, matched: 1 })],
      payloads: [payload],
      requests: [undefined],
      deliveries: [
        {
          event_id: attributes.id,
          endpoint_id: 'ep_1',
          tenant_id: tenant,
          event_type: attributes.type,
          lease_id: leaseId,
          ordering_key: undefined,
          ordering_position: undefined,
          delay_seconds: undefined,
          created_at: createdAt,
          ...attemptColumns(undefined),
        },
      ],
      streamEpoch: 'another stream',
      leaseSeconds: 60,
    });
  expect(await store('of-one')).toEqual(new Set([attributes.id]));
  expect(await store('of-another')).toEqual(new Set());
  expect(await harness.asOwner('select lease_id from deliveries where tenant_id = $1', [tenant])).toEqual([
    { lease_id: 'of-one' },
  ]);
  // The keeper may have added the changes up meanwhile.
  const [counted] = await harness.asOwner<{ received: number }>(
    `select sum(received)::int as received from (
       select received from statistics_changes where tenant_id = $1
       union all
       select received from statistics where tenant_id = $1 and endpoint_id = '' and step_seconds = 300
     ) counted`,
    [tenant],
  );
  expect(counted?.received).toBe(1);
  await harness.asOwner('delete from deliveries where tenant_id = $1', [tenant]);
});

test('a delivery that waited too long in its lane, or was requeued by it, is stored as pending', async () => {
  const tenant = newTenant();
  const receiver = await startReceiverOf(tenant);
  receiver.respond = () => ({ hang: true });
  const ids = await Promise.all(Array.from({ length: 15 }, () => harness.publish({ tenant })));
  await receiver.waitFor(10);
  await until(async () => (await countUnacknowledged(harness.bus)) === 0);
  const { state } = await harness.bus.manager.streams.info(EVENTS_STREAM);
  expect(state.messages).toBeGreaterThanOrEqual(ids.length);
  const rows = await harness.asOwner('select from deliveries where tenant_id = $1', [tenant]);
  expect(rows).toHaveLength(ids.length);
});
