import type { Database } from '@hookline/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DueDelivery } from '../../src/pipeline/delivery/due-delivery.ts';
import type { Outcome } from '../../src/pipeline/delivery/outcome.ts';
import { createOutcomeRecorder } from '../../src/pipeline/outcomes/outcome-recorder.ts';
import { requeuedOutcome } from '../../src/pipeline/sending/attempt-delivery.ts';
import { createHarness, type Harness, logger, newTenant } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { openDatabase } from '../support/open-database.ts';

let harness: Harness;
let database: Database;

beforeAll(async () => {
  harness = await createHarness();
  database = openDatabase(harness);
});
afterAll(async () => {
  await database.close();
  await harness.stop();
});

const LEASE = 'ours';

/** Deliveries in their second attempt, under LEASE. */
async function insertSending(count: number) {
  const tenant = newTenant();
  await insertDueDeliveries(harness, { endpointIds: ['ep_1'], tenant, count });
  const rows = await harness.asOwner<{ eventId: string }>(
    `update deliveries set status = 'sending', lease_id = $2 where tenant_id = $1 returning event_id as "eventId"`,
    [tenant, LEASE],
  );
  const deliveries = rows.map(
    ({ eventId }): DueDelivery => ({
      eventId,
      endpointId: 'ep_1',
      tenantId: tenant,
      eventType: 'a.b',
      eventTime: '',
      receivedAt: '',
      payload: new Uint8Array(),
      attempts: 1,
      attemptsBefore: 0,
      trigger: 'schedule',
      leaseId: LEASE,
      leaseUntilMs: 0,
    }),
  );
  const readStatuses = async () =>
    (
      await harness.asOwner<{ status: string }>(
        'select status from deliveries where tenant_id = $1 order by event_id',
        [tenant],
      )
    ).map(({ status }) => status);
  return { tenant, deliveries, readStatuses };
}

const success = (delivery: DueDelivery): Outcome => ({
  ...requeuedOutcome(delivery),
  status: 'success',
  delayMs: undefined,
  attempt: {
    number: delivery.attempts + 1,
    trigger: 'schedule',
    startedAtMs: Date.now(),
    durationMs: 1,
    firstByteMs: 1,
    connection: undefined,
    errorCode: undefined,
    errorMessage: undefined,
    requestHeaders: undefined,
    responseEnd: 'complete',
    outcome: 'success',
    responseCode: 200,
    responseHeaders: {},
    responseBody: Buffer.alloc(0),
  },
});

function startRecorder(on: Database) {
  const fenced: number[] = [];
  const recorder = createOutcomeRecorder({
    database: on,
    logger,
    leaseSeconds: 60,
    onDead: async () => {},
    onRecorded: () => {},
    onDisabled: () => {},
    onFenced: (count) => fenced.push(count),
  });
  return { recorder, fenced };
}

test('an outcome that Postgres refuses does not cause the others of its batch to be sent again', async () => {
  const { deliveries, readStatuses } = await insertSending(7);
  const refused = deliveries[3]?.eventId;
  const refusing: Database = {
    ...database,
    system: (text, values = [], ...rest) => {
      if (!(values[0] as string[]).includes(refused ?? '')) return database.system(text, values, ...rest);
      return Promise.reject(Object.assign(new Error('invalid input syntax'), { code: '22P02' }));
    },
  };
  const { recorder } = startRecorder(refusing);
  for (const delivery of deliveries) await recorder.recordAll([{ outcome: success(delivery), delivery }]);
  await recorder.drain();
  expect(await readStatuses()).toEqual(
    deliveries.map(({ eventId }) => (eventId === refused ? 'sending' : 'success')),
  );
});

test('a fenced outcome in the same batch as the current one changes nothing', async () => {
  const { tenant, deliveries, readStatuses } = await insertSending(3);
  const { recorder, fenced } = startRecorder(database);
  for (const delivery of deliveries) {
    const late = { ...delivery, leaseId: 'that-has-run-out' };
    const retried = { ...success(late), status: 'retrying' as const, delayMs: 1_000 };
    await recorder.recordAll([{ outcome: retried, delivery: late }]);
    await recorder.recordAll([{ outcome: success(delivery), delivery }]);
  }
  await recorder.drain();
  expect(await readStatuses()).toEqual(['success', 'success', 'success']);
  expect(fenced).toEqual([3]);
  expect(await harness.asOwner('select outcome from attempts where tenant_id = $1', [tenant])).toHaveLength(
    3,
  );
});

test('a requeued delivery keeps the result of its last attempt', async () => {
  const { tenant, deliveries } = await insertSending(1);
  await harness.asOwner(
    `update deliveries set error_code = 'http_error', error_message = 'no', response_code = 500 where tenant_id = $1`,
    [tenant],
  );
  const { recorder } = startRecorder(database);
  for (const delivery of deliveries)
    await recorder.recordAll([{ outcome: requeuedOutcome(delivery), delivery }]);
  await recorder.drain();
  const [row] = await harness.asOwner(
    `select status, attempts, error_code, error_message, response_code, lease_id, due_at <= now() as due
     from deliveries where tenant_id = $1`,
    [tenant],
  );
  expect(row).toEqual({
    status: 'retrying',
    attempts: 1,
    error_code: 'http_error',
    error_message: 'no',
    response_code: 500,
    lease_id: null,
    due: true,
  });
});
