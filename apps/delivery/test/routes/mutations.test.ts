import { consumeBatches, streamIncarnation } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { runWorkers } from '@hookline/service';
import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { orderingPosition } from '../../src/pipeline/ordering/ordering-position.ts';
import { promoteHeads } from '../../src/pipeline/ordering/promote-heads.ts';
import { createSequencer } from '../../src/pipeline/ordering/sequencer.ts';
import { recordOutcomes } from '../../src/pipeline/outcomes/record-outcomes.ts';
import { requeuedOutcome } from '../../src/pipeline/sending/attempt-delivery.ts';
import {
  countUnacknowledged,
  createHarness,
  type Harness,
  logger,
  newTenant,
  throwFatal,
} from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';

/*
 * A check that never fails proves nothing. Each guarantee here is checked twice: as it is, and with the one thing
 * taken away that keeps it (the order of acknowledgement and commit, the fence, the unique key, and what the sequencer
 * looks at before a delivery gets its turn). The check must pass the first time and fail the second.
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
    return (messages, settlement) => {
      settlement.ack(messages);
      return handle(messages, settlement);
    };
  };
  await expect(checkNothingIsAcknowledgedBeforeTheCommit(mutated.harness, tooSoon)).rejects.toThrow(
    /expected \+?0 to be 1/,
  );
});

/** The same database, but for one part of a statement. */
function without(database: Database, part: string, replacement = ''): Database {
  return {
    ...database,
    system: (text, values) => {
      expect(text).toContain(part);
      return database.system(text.replace(part, replacement), values);
    },
  };
}

/** An outcome under a lease that is not the row's changes nothing. */
async function checkLateOutcomeIsFenced(harness: Harness, database: Database): Promise<void> {
  const tenant = newTenant();
  await insertDueDeliveries(harness, { endpointIds: ['ep_1'], tenant, count: 1 });
  const [row] = await harness.asOwner<{ id: string }>(
    `update deliveries set status = 'sending', lease_id = 'of-another' where tenant_id = $1
     returning event_id as id`,
    [tenant],
  );
  const late = requeuedOutcome({
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
  const unfenced = without(database, 'and d.lease_id = o.lease_id');
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

const ORDERED_ENDPOINT = 'ep_1';

/** Deliveries of one key, each at the place of its event on the stream, that wait for their turn. */
async function insertWaiting(harness: Harness, tenant: string, positions: readonly string[]): Promise<void> {
  await harness.asOwner(
    `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, ordering_key,
                             ordering_position, created_at)
     select 'evt_' || position, $1, $2, 'a.b', 'pending', 'infinity', 'k', position, now()
     from unnest($3::text[]) position`,
    [ORDERED_ENDPOINT, tenant, positions],
  );
}

/** The positions of those that had their turn, in order. */
async function readTurns(harness: Harness, tenant: string): Promise<string[]> {
  const rows = await harness.asOwner<{ position: string }>(
    `select ordering_position as position from deliveries
     where tenant_id = $1 and due_at < 'infinity' order by ordering_position`,
    [tenant],
  );
  return rows.map(({ position }) => position);
}

/** One that another replica has stored already does not get its turn before one that is still to be stored. */
async function checkNothingOvertakes(harness: Harness, database: Database): Promise<void> {
  const tenant = newTenant();
  const incarnation = streamIncarnation(await harness.bus.manager.streams.info(EVENTS_STREAM));
  const [earlier, later] = [orderingPosition(incarnation, 1), orderingPosition(incarnation, 2)] as const;
  await harness.publish({ tenant });
  await harness.publish({ tenant });
  let storeEarlier: () => void = () => {};
  const consumer = await consumeBatches(harness.bus, {
    stream: EVENTS_STREAM,
    durable: DELIVERY_CONSUMER,
    maxBatchMessages: 1,
    logger,
    async handle(messages, settlement) {
      const isEarlier = messages[0]?.seq === 1;
      const mayStore = isEarlier
        ? new Promise<void>((resolve) => (storeEarlier = resolve))
        : Promise.resolve();
      void mayStore
        .then(() => insertWaiting(harness, tenant, [isEarlier ? earlier : later]))
        .then(() => settlement.ack(messages));
    },
  });
  let looks = 0;
  const sequencer = createSequencer({
    bus: harness.bus,
    logger,
    isNeeded: () => true,
    onPromoted: () => {},
    database: {
      ...database,
      async system(...statement) {
        const result = await database.system<never>(...statement);
        looks++;
        return result;
      },
    },
  });
  const running = runWorkers([sequencer], throwFatal);
  try {
    await until(async () => (await countUnacknowledged(harness.bus)) === 1);
    const looksBefore = looks;
    sequencer.wake();
    await until(() => looks > looksBefore + 1);
    expect(await readTurns(harness, tenant)).toEqual([]);
    storeEarlier();
    await until(async () => (await readTurns(harness, tenant)).length > 0);
    expect(await readTurns(harness, tenant)).toEqual([earlier]);
  } finally {
    storeEarlier();
    await Promise.all([consumer.stop(), running.stop()]);
  }
}

test('an ordered delivery that does not wait for the acknowledgement of its predecessor is caught', async () => {
  const asItIs = await setUp();
  await checkNothingOvertakes(asItIs.harness, asItIs.database);

  const mutated = await setUp();
  const ungated = without(mutated.database, 'and h.ordering_position <= $1');
  await expect(checkNothingOvertakes(mutated.harness, ungated)).rejects.toThrow(/to deeply equal \[\]/);
});

const POSITIONS = [1, 2, 3].map((sequence) => orderingPosition('1', sequence));
const [FIRST, SECOND, LAST] = POSITIONS as [string, string, string];

/** While one of a key has its turn, whatever it is at, no other gets it. */
async function checkOneAtATime(harness: Harness, database: Database): Promise<void> {
  const tenant = newTenant();
  await insertWaiting(harness, tenant, POSITIONS);
  const states = [
    `status = 'pending'`,
    `status = 'sending', lease_id = 'of-one', due_at = now() + interval '1 minute'`,
    `status = 'retrying', lease_id = null, due_at = now() + interval '1 hour'`,
    // Its dead letter is still to be published, and its key to be parked.
    `status = 'failed', lease_id = 'of-one'`,
  ];
  for (const state of states) {
    await promoteHeads(database, LAST, undefined);
    expect(await readTurns(harness, tenant)).toEqual([FIRST]);
    await harness.asOwner(
      `update deliveries set ${state} where tenant_id = $1 and ordering_position = $2 and due_at < 'infinity'`,
      [tenant, FIRST],
    );
  }
  await promoteHeads(database, LAST, undefined);
  expect(await readTurns(harness, tenant)).toEqual([FIRST]);
  await harness.asOwner(
    `update deliveries set due_at = null where tenant_id = $1 and ordering_position = $2`,
    [tenant, FIRST],
  );
  await promoteHeads(database, LAST, undefined);
  expect(await readTurns(harness, tenant)).toEqual([SECOND]);
  await harness.asOwner('delete from deliveries where tenant_id = $1', [tenant]);
}

test('a second delivery of a key while another one is being sent is caught', async () => {
  const { harness, database } = await setUp();
  await checkOneAtATime(harness, database);
  // The first that waits, in place of the first that is open.
  const isOpen = 'and d.due_at is not null';
  const several = without(database, isOpen, `and d.due_at = 'infinity'`);
  await expect(checkOneAtATime(harness, several)).rejects.toThrow(/to deeply equal/);
});

/** Nothing of a parked key gets its turn. */
async function checkParkedKeyIsHeldBack(harness: Harness, database: Database): Promise<void> {
  const tenant = newTenant();
  await insertWaiting(harness, tenant, POSITIONS);
  await harness.asOwner(
    `insert into parked_keys (endpoint_id, ordering_key, tenant_id, event_id) values ($1, 'k', $2, 'evt_0')`,
    [ORDERED_ENDPOINT, tenant],
  );
  await promoteHeads(database, LAST, undefined);
  const turns = await readTurns(harness, tenant);
  await harness.asOwner('delete from parked_keys where tenant_id = $1', [tenant]);
  await harness.asOwner('delete from deliveries where tenant_id = $1', [tenant]);
  expect(turns).toEqual([]);
}

test('a delivery of a parked key is caught', async () => {
  const { harness, database } = await setUp();
  await checkParkedKeyIsHeldBack(harness, database);
  const unparked = without(
    database,
    `and not exists (
      select from parked_keys p where p.endpoint_id = k.endpoint_id and p.ordering_key = k.ordering_key)`,
  );
  await expect(checkParkedKeyIsHeldBack(harness, unparked)).rejects.toThrow(/to deeply equal \[\]/);
});
