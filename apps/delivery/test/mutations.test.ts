import { consumeBatches } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { recordOutcomes } from '../src/outcomes/record-outcomes.ts';
import { putBack } from '../src/sending/attempt-delivery.ts';
import { countUnacknowledged, createHarness, type Harness, logger, newTenant } from './harness.ts';
import { insertDueDeliveries } from './support/insert-due-deliveries.ts';
import { openDatabase } from './support/open-database.ts';

/*
 * A check that never fails proves nothing. Each guarantee here is checked twice: as it is, and with the one thing
 * taken away that keeps it (the order of acknowledgement and commit, the fence, the unique key). The check must pass
 * the first time and fail the second.
 */

async function setUp(): Promise<{ harness: Harness; database: Database }> {
  const harness = await createHarness();
  const database = openDatabase(harness);
  onTestFinished(async () => {
    await database.close();
    await harness.stop();
  });
  return { harness, database };
}

type Handle = Parameters<typeof consumeBatches>[1]['handle'];

/** What was not committed is still on the stream. */
async function checkNothingIsAcknowledgedBeforeTheCommit(
  harness: Harness,
  acknowledging: (handle: Handle) => Handle,
): Promise<void> {
  await harness.publish({ tenant: newTenant() });
  let tried = false;
  const consumer = await consumeBatches(harness.bus, {
    stream: EVENTS_STREAM,
    durable: DELIVERY_CONSUMER,
    logger,
    handle: acknowledging(() => {
      tried = true;
      return Promise.reject(new Error('the process dies before its commit'));
    }),
  });
  await until(() => tried);
  await consumer.stop();
  await harness.bus.connection.flush();
  expect(await countUnacknowledged(harness.bus)).toBe(1);
}

test('an acknowledgement before the commit is caught', async () => {
  const asItIs = await setUp();
  await checkNothingIsAcknowledgedBeforeTheCommit(asItIs.harness, (handle) => handle);

  const mutated = await setUp();
  const tooSoon = (handle: Handle): Handle => {
    return (messages, hand) => {
      hand.done(messages);
      return handle(messages, hand);
    };
  };
  await expect(checkNothingIsAcknowledgedBeforeTheCommit(mutated.harness, tooSoon)).rejects.toThrow(
    /expected \+?0 to be 1/,
  );
});

/** An outcome under a lease that is not the row's changes nothing. */
async function checkLateOutcomeIsFenced(harness: Harness, database: Database): Promise<void> {
  const tenant = newTenant();
  await insertDueDeliveries(harness, { endpointIds: ['ep_1'], tenant, count: 1 });
  const [row] = await harness.asOwner<{ id: string }>(
    `update deliveries set status = 'sending', lease_id = 'of-another' where tenant_id = $1
     returning event_id as id`,
    [tenant],
  );
  const late = putBack({
    eventId: row?.id ?? '',
    endpointId: 'ep_1',
    tenantId: tenant,
    eventType: 'a.b',
    eventTime: '',
    receivedAt: '',
    payload: new Uint8Array(),
    attempts: 1,
    attemptsBefore: 0,
    trigger: 'schedule',
    leaseId: 'that-has-run-out',
    leaseUntilMs: 0,
  });
  expect(await recordOutcomes(database, [late], 60)).toEqual([]);
  expect(
    await harness.asOwner('select status, lease_id from deliveries where tenant_id = $1', [tenant]),
  ).toEqual([{ status: 'sending', lease_id: 'of-another' }]);
}

test('a missing fence is caught', async () => {
  const { harness, database } = await setUp();
  await checkLateOutcomeIsFenced(harness, database);
  const fence = 'and d.lease_id = o.lease_id';
  const unfenced: Database = {
    ...database,
    system: (text, ...rest) => {
      expect(text).toContain(fence);
      return database.system(text.replace(fence, ''), ...rest);
    },
  };
  await expect(checkLateOutcomeIsFenced(harness, unfenced)).rejects.toThrow(/to deeply equal/);
});

/** A repeat beyond the stream's window is delivered no second time. */
async function checkRepeatIsDropped(harness: Harness): Promise<void> {
  const receiver = await startReceiver();
  const replica = await harness.startReplica();
  try {
    const tenant = newTenant();
    await replica.createEndpoint(tenant, receiver.url);
    const dedupekey = 'the-same';
    await harness.publish({ tenant, dedupekey });
    await receiver.waitFor(1);
    await harness.bus.manager.streams.purge(EVENTS_STREAM);
    await harness.bus.manager.streams.update(EVENTS_STREAM, { duplicate_window: 100_000_000 });
    // Dropped by the stream until its window of 100 ms has gone by.
    await until(async () => {
      await harness.publish({ tenant, dedupekey });
      return (await harness.bus.manager.streams.info(EVENTS_STREAM)).state.messages > 0;
    });
    await until(async () => (await countUnacknowledged(harness.bus)) === 0);
    const [stored] = await harness.asOwner<{ n: number }>(
      'select count(*)::int as n from events where tenant_id = $1',
      [tenant],
    );
    expect(stored?.n).toBe(1);
  } finally {
    await replica.stop();
    await receiver.close();
  }
}

test('a missing unique key is caught', async () => {
  const { harness } = await setUp();
  await checkRepeatIsDropped(harness);
  await harness.asOwner('alter table event_keys drop constraint event_keys_pkey');
  await expect(checkRepeatIsDropped(harness)).rejects.toThrow(/to be 1/);
});
