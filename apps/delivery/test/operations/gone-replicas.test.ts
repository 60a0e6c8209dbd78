import { type Receiver, startReceiver, until } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { endLeases } from '../../src/operations/replicas/end-leases.ts';
import { recordHeartbeat } from '../../src/operations/replicas/record-heartbeat.ts';
import { createHarness, type Harness, newTenant } from '../harness.ts';
import { type DeliveryProcess, startDeliveryProcess } from '../support/delivery-process.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Longer than the timeout of a test, so a delivery that arrives did not wait for the end of its lease. */
const LEASE_SECONDS = 300;

const harness = await createHarness({ leaseSeconds: LEASE_SECONDS });
afterAll(() => harness.stop());

async function setUp(): Promise<{ receiver: Receiver; tenant: string; doomed: DeliveryProcess }> {
  const receiver = await startReceiver();
  const doomed = await startDeliveryProcess({
    databaseUrl: harness.config.databaseUrl,
    natsUrl: harness.config.natsUrl,
    encryptionKey: harness.config.encryptionKeys[0] as string,
    leaseSeconds: LEASE_SECONDS,
  });
  onTestFinished(async () => {
    await doomed.kill();
    await receiver.close();
  });
  return { receiver, tenant: newTenant(), doomed };
}

/** Waits until the receiver has `requests` requests and Postgres has `rows` deliveries that are being sent. */
async function untilHeld(receiver: Receiver, tenant: string, requests: number, rows: number): Promise<void> {
  await receiver.waitFor(requests);
  await until(
    async () => {
      const sending = await harness.asOwner(
        `select from deliveries where tenant_id = $1 and status = 'sending'`,
        [tenant],
      );
      return sending.length === rows;
    },
    { what: `${rows} to be held by a lease` },
  );
}

const perEvent = (receiver: Receiver) =>
  [...Map.groupBy(receiver.requests, ({ headers }) => headers['webhook-id']).values()].map(
    ({ length }) => length,
  );

test('deliveries of a killed replica are sent again within seconds, although their leases are long', async () => {
  const { receiver, tenant, doomed } = await setUp();
  receiver.respond = (_, n) => (n <= 3 ? { hang: true } : { status: 200 });
  await doomed.createEndpoint(tenant, receiver.url, { timeoutSeconds: 30 });
  for (let n = 0; n < 3; n++) await harness.publish({ tenant });
  await untilHeld(receiver, tenant, 3, 3);
  await doomed.kill();

  const next = await harness.startReplica();
  onTestFinished(() => next.stop());
  await receiver.waitFor(6, 30_000);
  await harness.expectSettled(next);
  expect(perEvent(receiver)).toEqual([2, 2, 2]);
});

test('a replica that was paused until another took over sends none of its waiting deliveries', async () => {
  const { receiver, tenant, doomed } = await setUp();
  const takenOver = Promise.withResolvers<void>();
  receiver.respond = (_, n) => (n <= 2 ? { after: takenOver.promise } : { status: 200 });
  const { id } = await doomed.createEndpoint(tenant, receiver.url, {
    timeoutSeconds: 30,
    rateLimit: { concurrency: 2 },
  });
  for (let n = 0; n < 2; n++) await harness.publish({ tenant });
  await receiver.waitFor(2);
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: 4 });
  await untilHeld(receiver, tenant, 2, 6);
  doomed.signal('SIGSTOP');

  const other = await harness.startReplica();
  onTestFinished(() => other.stop());
  await receiver.waitFor(8, 30_000);
  doomed.signal('SIGCONT');
  takenOver.resolve();
  // Two deliveries with an outcome, and four that were requeued unsent.
  const fenced = await until(
    async () => {
      const { text } = await doomed.call('GET', '/metrics');
      const count = Number(/^hookline_fenced_outcomes_total\S* (\d+)/m.exec(text)?.[1]);
      return count >= 6 && count;
    },
    { what: 'the outcomes of the paused replica to be fenced', timeoutMs: 40_000 },
  );
  expect(fenced).toBe(6);
  expect(
    await harness.asOwner('select from deliveries where tenant_id = $1 and due_at is not null', [tenant]),
  ).toHaveLength(0);
  expect(perEvent(receiver).sort()).toEqual([1, 1, 1, 1, 2, 2]);
});

test('only a replica whose own heartbeats had no gap removes a dead replica, and exactly one such replica does', async () => {
  const own = await createHarness();
  const database = openDatabase(own);
  onTestFinished(async () => {
    await database.close();
    await own.stop();
  });
  const timeouts = { silentAfterSeconds: 5, goneAfterSeconds: 10 };
  const note = async (replica: string) => {
    const { databaseMs, ...rest } = await recordHeartbeat(database, replica, timeouts, 0);
    expect(Math.abs(databaseMs - Date.now())).toBeLessThan(60_000);
    return rest;
  };
  const end = async (replica: string) => (await endLeases(database, replica, timeouts, 60)).gone;
  const age = (replica: string, seenSeconds: number, sinceSeconds: number) =>
    ageReplica(own, replica, seenSeconds, sinceSeconds);

  const alone = { share: { index: 0, count: 1 }, known: false, missesSome: false };
  expect(await note('a')).toEqual(alone);
  expect(await note('a')).toEqual({ ...alone, known: true });
  expect(await note('b')).toEqual({ share: { index: 1, count: 2 }, known: false, missesSome: false });
  await note('c');

  // Postgres was unavailable for a minute, so no replica has a recent heartbeat.
  for (const replica of ['a', 'b', 'c']) await age(replica, 60, 3_600);
  expect(await note('a')).toEqual({ ...alone, known: true, missesSome: true });
  expect(await end('a')).toEqual([]);
  await note('b');

  // After nine seconds without a heartbeat c is not dead yet. After eleven seconds it is, and one replica removes it.
  for (const replica of ['a', 'b']) await age(replica, 0, 9);
  expect([...(await end('a')), ...(await end('b'))]).toEqual([]);
  for (const replica of ['a', 'b']) await age(replica, 0, 11);
  expect((await Promise.all([end('a'), end('b')])).flat()).toEqual(['c']);
  expect(await note('a')).toEqual({ share: { index: 0, count: 2 }, known: true, missesSome: false });
  // c is running after all, and learns from its heartbeat that it was removed.
  expect(await note('c')).toEqual({ share: { index: 2, count: 3 }, known: false, missesSome: false });

  // A replica with a gap in its heartbeats is not dead, but may not remove others.
  await age('a', 6, 3_600);
  await age('b', 11, 3_600);
  await note('a');
  expect(await end('a')).toEqual([]);
});

test('a lease that a removed replica takes after its return is not ended', async () => {
  const own = await createHarness();
  const [database, other] = [openDatabase(own), openDatabase(own)];
  onTestFinished(async () => {
    await Promise.all([database.close(), other.close()]);
    await own.stop();
  });
  const timeouts = { silentAfterSeconds: 5, goneAfterSeconds: 10 };
  await insertDueDeliveries(own, { endpointIds: ['ep_1'], tenant: newTenant(), count: 3 });
  await own.asOwner(
    `insert into delivery_replicas (id, seen_at, since, catalog_version)
     values ('a', now() - interval '11 seconds', now() - interval '1 hour', 0), ('b', now(), now() - interval '1 hour', 0)`,
  );
  const take = (replica: string, lease: number, eventId: string) =>
    own.asOwner(
      `update deliveries set status = 'sending', lease_id = $1, due_at = now() + interval '50 seconds' where event_id = $2`,
      [`${replica}-${lease}`, eventId],
    );
  const [first, second] = (
    await own.asOwner<{ id: string }>('select event_id as id from deliveries order by event_id')
  ).map(({ id }) => id) as [string, string];
  await take('a', 1, first);

  // b waits for a locked row. Meanwhile a returns, and its heartbeat waits for the end of its removal.
  const blocker = new pg.Client({ connectionString: own.database.ownerUrl });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('select from deliveries where event_id = $1 for update', [first]);
  const ended = endLeases(database, 'b', timeouts, 60);
  await until(async () => {
    const rows = await own.asOwner(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });
  const noted = recordHeartbeat(other, 'a', timeouts, 0);
  await take('a', 2, second);
  await blocker.query('commit');
  await blocker.end();
  expect(await ended).toEqual({ gone: ['a'], deliveries: 1 });
  expect(await noted).toMatchObject({ known: false });
  const rows = await own.asOwner(
    `select lease_id as lease, due_at <= now() as "isDue" from deliveries where lease_id is not null order by event_id`,
  );
  expect(rows).toEqual([
    { lease: 'a-1', isDue: true },
    { lease: 'a-2', isDue: false },
  ]);
});

async function ageReplica(
  { asOwner }: Harness,
  replica: string,
  seenSeconds: number,
  sinceSeconds: number,
): Promise<void> {
  await asOwner(
    `update delivery_replicas
     set seen_at = now() - $2 * interval '1 second', since = now() - $3 * interval '1 second' where id = $1`,
    [replica, seenSeconds, sinceSeconds],
  );
}
