import { createSecretBox, type Database } from '@hookline/db';
import { expect, onTestFinished, test } from 'vitest';
import { createEndpointCatalog } from '../src/catalog/endpoint-catalog.ts';
import { createDeadLetterPublisher } from '../src/dead-letters/dead-letter-publisher.ts';
import { insertEvents } from '../src/fan-out/insert-events.ts';
import { recordSkipped } from '../src/fan-out/record-skipped.ts';
import { claimDue } from '../src/lanes/claim-due.ts';
import { checkLedger } from '../src/ledger/check-ledger.ts';
import { recordOutcomes } from '../src/outcomes/record-outcomes.ts';
import { putBack } from '../src/sending/attempt-delivery.ts';
import { createEvent, createHarness, logger, newTenant } from './harness.ts';
import { insertDueDeliveries } from './support/insert-due-deliveries.ts';
import { openDatabase } from './support/open-database.ts';

/*
 * Plans are made with sequential scans switched off, so one that shows up nevertheless means that no index serves:
 * fine with ten rows, and an outage with ten million.
 */
test('no statement of the pipeline reads a table from end to end, and an outcome opens one day alone', async () => {
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
    rooms: { ep_1: 3 },
    roomOfOthers: 30,
    deadLettersOfInactive: true,
    maxRows: 500,
    maxBytes: 1_000_000,
    afterEndpoint: '',
    maxEndpoints: 500,
  });
  expect(rows).toHaveLength(8);
  const outcomes = rows.map((row) => ({
    ...putBack({ ...row, payload: new Uint8Array(), leaseId: 'l', leaseUntilMs: 0 }),
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
  await insertEvents(watched, {
    events: [
      {
        id: attributes.id,
        tenant_id: attributes.tenant,
        dedupe_key: attributes.dedupekey,
        type: attributes.type,
        source: attributes.source,
        subject: undefined,
        provider: attributes.provider,
        action: undefined,
        repository: undefined,
        delivery_id: undefined,
        via: attributes.via,
        event_time: attributes.time,
        received_at: attributes.receivedat,
        traceparent: undefined,
        stream_seq: 1,
        matched: 0,
        unmatched: undefined,
        created_at: attributes.time,
      },
    ],
    payloads: [payload],
    deliveries: [],
    streamEpoch: 'e',
    leaseId: 'l',
    leaseSeconds: 60,
  });
  const repeat = { tenant_id: attributes.tenant, dedupe_key: attributes.dedupekey, details: undefined };
  await recordSkipped(watched, 'e', [{ ...repeat, stream_seq: 2, reason: 'duplicate' }]);
  await createEndpointCatalog(watched, createSecretBox(harness.config.encryptionKeys), () => {}).refresh();
  // The consumer is there once a replica was.
  await (await harness.startReplica()).stop();
  await checkLedger(harness.bus, watched);
  expect(statements.length).toBeGreaterThanOrEqual(9);

  for (const [text, values] of statements) {
    const { rows: lines } = await database.system<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
    // One row: the only way to read it.
    expect(plan.replaceAll('Seq Scan on endpoint_catalog', ''), text).not.toContain('Seq Scan');
    if (text.includes('as o(event_id, endpoint_id, tenant_id')) {
      expect(new Set(plan.match(/deliveries_\d{8}/g)).size).toBe(1);
      // By key: a walk through the day that compares each row with each outcome looks as cheap to the planner.
      expect(plan).toContain('Index Cond: ((event_id = ANY (ARRAY[o_1.event_id]))');
    }
  }
});
