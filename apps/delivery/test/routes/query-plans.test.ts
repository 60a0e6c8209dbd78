import { timeOfId } from '@hookline/contracts';
import { createSecretBox, type Database, planByKey, type Transaction } from '@hookline/db';
import { createBulkJob, workAtBulkJob } from '@hookline/service';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createEndpointCatalog } from '../../src/endpoints/catalog/endpoint-catalog.ts';
import { DELIVERY_BULK_JOBS } from '../../src/operations/bulk/delivery-bulk-jobs.ts';
import { discardHeld } from '../../src/operations/held/discard-held.ts';
import { checkLedger } from '../../src/operations/ledger/check-ledger.ts';
import { createReplay } from '../../src/operations/replays/create-replay.ts';
import { workAtReplay } from '../../src/operations/replays/work-at-replay.ts';
import { endLeases } from '../../src/operations/replicas/end-leases.ts';
import { countOpen } from '../../src/operations/statistics/count-open.ts';
import { readStatistics } from '../../src/operations/statistics/read-statistics.ts';
import { createDeadLetterPublisher } from '../../src/pipeline/dead-letters/dead-letter-publisher.ts';
import { claimKeys } from '../../src/pipeline/fan-out/claim-keys.ts';
import { insertEvents } from '../../src/pipeline/fan-out/insert-events.ts';
import { recordSkipped, toSkipped } from '../../src/pipeline/fan-out/record-skipped.ts';
import { createFilterEvaluator } from '../../src/pipeline/filters/filter-evaluator.ts';
import { claimDue } from '../../src/pipeline/lanes/claim-due.ts';
import { promoteHeads } from '../../src/pipeline/ordering/promote-heads.ts';
import { recordOutcomes } from '../../src/pipeline/outcomes/record-outcomes.ts';
import { requeuedOutcome } from '../../src/pipeline/sending/attempt-delivery.ts';
import { listAttemptsPage } from '../../src/routes/attempts/list-attempts-page.ts';
import { listDeliveriesPage } from '../../src/routes/deliveries/list-deliveries-page.ts';
import { listEventsPage } from '../../src/routes/events/list-events-page.ts';
import { countOpenDeliveries } from '../../src/sql/count-open-deliveries.ts';
import { countRecentDeadLetters } from '../../src/sql/count-recent-dead-letters.ts';
import { listEndpointPresence } from '../../src/sql/list-endpoint-presence.ts';
import { listFailingEndpoints } from '../../src/sql/list-failing-endpoints.ts';
import { readDeliveriesAfter } from '../../src/sql/read-deliveries-after.ts';
import { readEventsAfter } from '../../src/sql/read-events-after.ts';
import { readPayloads } from '../../src/sql/read-payloads.ts';
import { searchEvents } from '../../src/sql/search-events.ts';
import { createEvent, createHarness, type Harness, logger, newTenant } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { makeEventRow } from '../support/make-event-row.ts';
import { openDatabase } from '../support/open-database.ts';

/*
 * Plans are made with sequential scans switched off, so one that shows up nevertheless means that no index serves:
 * fine with ten rows, and an outage with ten million.
 */
test('no statement of the pipeline scans a whole table, and an outcome opens one partition only', async () => {
  const harness = await createHarness();
  const database = openDatabase(harness);
  onTestFinished(async () => {
    await database.close();
    await harness.stop();
  });
  const statements: [text: string, values: readonly unknown[]][] = [];
  const watched: Database = {
    ...database,
    system: (text, values = [], ...rest) => {
      statements.push([text, values]);
      return database.system(text, values, ...rest);
    },
  };

  await insertDueDeliveries(harness, { endpointIds: ['ep_1', 'ep_2'], tenant: newTenant(), count: 5 });
  const { rows } = await claimDue(watched, {
    leaseId: 'l',
    leaseSeconds: 60,
    capacityByLane: { ep_1: 3 },
    capacityOfOtherLanes: 30,
    deadLettersOfInactive: true,
    maxRows: 500,
    maxBytes: 1_000_000,
    maxBytesPerTenant: 1_000_000,
    fullTenants: [],
    afterEndpoint: '',
    maxEndpoints: 500,
  });
  expect(rows).toHaveLength(8);
  await harness.asOwner(
    `insert into delivery_replicas (id, seen_at, since, catalog_version)
     values ('me', now(), now() - interval '1 hour', 0), ('l', now() - interval '1 hour', now() - interval '2 hours', 0)`,
  );
  const timeouts = { silentAfterSeconds: 5, goneAfterSeconds: 10 };
  expect(await endLeases(watched, 'me', timeouts, 60)).toEqual({ gone: ['l'], deliveries: 8 });
  const outcomes = rows.map((row) => ({
    ...requeuedOutcome({ ...row, payload: new Uint8Array(), leaseId: 'l', leaseUntilMs: 0 }),
    status: 'failed' as const,
    errorCode: 'endpoint_gone' as const,
    disableReason: 'gone',
    endpointVersion: 1,
  }));
  await recordOutcomes(watched, outcomes.slice(0, 4), 60);
  await recordOutcomes(
    watched,
    outcomes.slice(4).map((outcome) => ({ ...outcome, disableReason: undefined })),
    60,
  );

  const letters = createDeadLetterPublisher(harness.bus, watched, logger);
  const [row] = rows;
  if (!row) throw new Error('nothing was claimed');
  const delivery = { ...row, payload: new Uint8Array(), leaseId: 'l', leaseUntilMs: 0 };
  await letters.publish([{ delivery, attempts: 1, errorCode: 'http_error', errorMessage: 'no' }]);

  const { attributes, payload } = createEvent();
  const message = { subject: 'events.a.b.c', data: payload, seq: 1 };
  const incoming = {
    message,
    event: { attributes, payload },
    createdAtMs: timeOfId(attributes.id) as number,
  };
  const ours = new Set<string>();
  expect(await claimKeys(watched, [incoming], ours)).toEqual([]);
  expect(ours).toEqual(new Set([attributes.id]));
  await insertEvents(watched, {
    events: [makeEventRow(attributes, { streamSeq: 1, matched: 0 })],
    payloads: [payload],
    requests: [undefined],
    deliveries: [],
    streamEpoch: 'e',
    leaseSeconds: 60,
  });
  const none = new Set<string>();
  expect(await claimKeys(watched, [incoming], none)).toEqual([]);
  expect(none).toEqual(new Set());
  await recordSkipped(watched, 'e', [
    toSkipped({ ...incoming, message: { ...message, seq: 2 } as never }, 'duplicate'),
  ]);
  await createEndpointCatalog(watched, createSecretBox(harness.config.encryptionKeys), () => {}).refresh();
  // The consumer is there once a replica was.
  await (await harness.startReplica()).stop();
  await checkLedger(harness.bus, watched);
  await promoteHeads(watched, '', undefined);
  await discardHeld(watched, 86_400_000);
  for (const tenants of [null, [newTenant()]]) {
    const page = { tenants, after: '', limit: 10 };
    await listFailingEndpoints(watched, page);
    await countRecentDeadLetters(watched, 60, page);
    await countOpenDeliveries(watched, page);
  }
  await listEndpointPresence(watched, ['ep_1']);
  expect(statements.length).toBeGreaterThanOrEqual(10);

  for (const [text, values] of statements) {
    const { rows: lines } = await database.system<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
    // One row, and one for each replica.
    const large = plan.replaceAll(/Seq Scan on (endpoint_catalog|delivery_replicas)/g, '');
    expect(large, text).not.toContain('Seq Scan');
    // Keys whose only delivery is on its way are not even looked at.
    if (text.includes('keys(endpoint_id')) {
      const walk = plan.slice(plan.indexOf('Recursive Union'), plan.indexOf('CTE heads'));
      expect(walk).toMatch(/Index Only Scan using deliveries_\d{8}_endpoint_id_ordering_key_idx/);
      expect(walk).not.toContain('_ordering_positi');
    }
    // Of all dead letters that are kept, those of the last hour alone.
    if (text.includes("not like 'hookline.alert")) expect(plan).toMatch(/deliveries_\d{8}_completed_at_/);
    if (text.includes('as o(event_id, endpoint_id, tenant_id')) {
      expect(new Set(plan.match(/deliveries_\d{8}/g)).size).toBe(1);
      // By key: a walk through the day that compares each row with each outcome looks as cheap to the planner.
      expect(plan).toContain('Index Cond: ((event_id = ANY (ARRAY[o_1.event_id]))');
    }
  }
});

/** What a list or a replay asks of Postgres, as it was sent, with its values. */
async function watchStatements(harness: Harness, work: (database: Database) => Promise<unknown>) {
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  const statements: { text: string; plan: string }[] = [];
  const watched: Database = {
    ...database,
    withScope: (tenant, inside) => database.withScope(tenant, (tx) => inside(explainEach(tx, statements))),
    withSystem: (inside) => database.withSystem((tx) => inside(explainEach(tx, statements))),
  };
  await work(watched);
  return statements;
}

/** Explains each statement on its own connection, right before it is run, with what the transaction has set. */
function explainEach(tx: Transaction, statements: { text: string; plan: string }[]): Transaction {
  const { session } = tx as unknown as { session: { client: pg.PoolClient } };
  const { client } = session;
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<{ rows: object[] }>;
  const watchedClient = Object.assign(Object.create(client) as pg.PoolClient, {
    query: async (config: { text: string }, values?: unknown[]) => {
      if (/^\s*(select|with|update)/i.test(config.text) && !config.text.includes('set_config')) {
        const { rows } = await query({ text: `explain ${config.text}`, values });
        const plan = rows.map((row) => Object.values(row)[0]).join('\n');
        statements.push({ text: config.text, plan });
      }
      return query(config, values);
    },
  });
  return drizzle(watchedClient) as unknown as Transaction;
}

/** Tables that are small whatever is kept: their only row, or what was not yet added up. */
const SMALL = /Seq Scan on (endpoint_catalog|statistics_changes)[^\n]*/g;

test('no list, no statistic and no part of a replay or a bulk job scans a whole table or opens a partition that it does not need', async () => {
  const harness = await createHarness();
  onTestFinished(() => harness.stop());
  const tenant = newTenant();
  await insertDueDeliveries(harness, { endpointIds: ['ep_1'], tenant, count: 3, inSeconds: 3_600 });
  const { rows: [first] = [] } = {
    rows: await harness.asOwner<{ id: string }>('select id from events order by id limit 1'),
  };
  const eventId = first?.id as string;
  const startDate = new Date(Date.now() - 3_600_000).toISOString();
  const evaluator = createFilterEvaluator();
  onTestFinished(() => evaluator.close());
  const page = { tenant, limit: 10 };
  const statements = await watchStatements(harness, async (database) => {
    for (const scope of [page, { ...page, tenant: undefined }]) {
      const shown = { database, waitReason: () => null };
      await listDeliveriesPage(shown, scope);
      for (const status of ['pending', 'retrying', 'failed', 'discarded', 'success', 'sending'] as const) {
        await listDeliveriesPage(shown, { ...scope, status });
        await listDeliveriesPage(shown, { ...scope, status, webhookId: 'ep_1', startDate });
      }
      await listDeliveriesPage(shown, {
        ...scope,
        status: 'failed',
        errorCode: 'timeout',
        eventType: 'a.*',
      });
      await listDeliveriesPage(shown, { ...scope, eventId });
      await listEventsPage(database, { ...scope, startDate });
      await listAttemptsPage(database, { ...scope, startDate });
      await listAttemptsPage(database, { ...scope, responseCode: '5xx', errorCode: 'timeout' });
      await listAttemptsPage(database, { ...scope, webhookId: 'ep_1', outcome: 'retry' });
      await listAttemptsPage(database, { ...scope, eventId });
      await database.withScope(scope.tenant, async (tx) => {
        await readEventsAfter(tx, { ...scope, startDate, eventType: 'a.*' }, undefined, 500);
        await readEventsAfter(tx, { ...scope, status: 'failed' }, eventId, 500);
        const after = { eventId, endpointId: 'ep_1' };
        await readDeliveriesAfter(tx, { ...scope, status: 'failed' }, after, 500);
        await readDeliveriesAfter(tx, { ...scope, webhookId: 'ep_1', startDate }, after, 500);
        await readDeliveriesAfter(tx, { ...scope, eventId }, undefined, 500);
        await readPayloads(tx, [{ id: eventId, createdAt: new Date(timeOfId(eventId) as number) }]);
      });
      await database.withScope(scope.tenant, (tx) =>
        searchEvents(tx, { tenant: scope.tenant, text: 'x/y', limit: 10 }),
      );
      for (const status of ['pending', 'processing', 'processed', 'failed', 'dead_letter'] as const)
        await listEventsPage(database, { ...scope, status });
      await listEventsPage(database, { ...scope, eventType: 'a.*', providerDeliveryId: 'x' });
      await database.withScope(scope.tenant, async (tx) => {
        await planByKey(tx);
        await readStatistics(tx, { tenant: scope.tenant, hours: 24, openEvents: true, durations: true });
        await readStatistics(tx, { tenant: scope.tenant, endpointId: 'ep_1', hours: 100 });
        await countOpen(tx, scope.tenant);
      });
    }
    await harness.asOwner(
      "insert into endpoints (id, tenant_id, name, url, events, secrets, version) values ('ep_1', $1, 'n', 'u', '{*}', '[]', 1)",
      [tenant],
    );
    for (const kind of ['dead_letters', 'failed', 'events', 'missed'] as const) {
      const selection = { kind, webhookId: 'ep_1', startDate };
      await createReplay(database, { tenant, requestedBy: 'tenant', selection });
      await harness.asOwner('update replays set due_at = now() where due_at is not null');
      expect(await workAtReplay(database, evaluator)).toBe(true);
    }
    const of = { actor: 'tenant key', reason: null } as const;
    for (const tenantOrAll of [tenant, undefined]) {
      for (const task of [
        { ...of, tenant: tenantOrAll, kind: 'deliveries', action: 'cancel', filter: { endpointTag: 'x' } },
        { ...of, tenant: tenantOrAll, kind: 'deliveries', action: 'cancel', filter: { webhookId: 'ep_1' } },
        { ...of, tenant: tenantOrAll, kind: 'dead_letters', action: 'discard', filter: { startDate } },
        { ...of, tenant: tenantOrAll, kind: 'events', action: 'delete', filter: { status: 'processed' } },
        { ...of, tenant: tenantOrAll, kind: 'endpoints', action: 'disable', filter: { failing: true } },
        { ...of, tenant: tenantOrAll, kind: 'parked_keys', action: 'release', filter: { startDate } },
      ] as const) {
        await createBulkJob(database, DELIVERY_BULK_JOBS, { task, requestedBy: 'tenant' });
        await harness.asOwner('update bulk_jobs set due_at = now() where due_at is not null');
        expect(await workAtBulkJob(database, DELIVERY_BULK_JOBS)).toBe(true);
      }
    }
  });
  expect(statements.length).toBeGreaterThan(60);
  for (const { text, plan } of statements)
    expect(plan.replaceAll(SMALL, ''), `${text}\n${plan}`).not.toContain('Seq Scan');
});
