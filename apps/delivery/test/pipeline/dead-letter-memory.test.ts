import { connectBus } from '@hookline/bus';
import type { Database } from '@hookline/db';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  createDeadLetterPublisher,
  MAX_PART_BYTES,
} from '../../src/pipeline/dead-letters/dead-letter-publisher.ts';
import type { DueDelivery } from '../../src/pipeline/delivery/due-delivery.ts';
import { createOutcomeRecorder, MAX_DEAD_BYTES } from '../../src/pipeline/outcomes/outcome-recorder.ts';
import { requeuedOutcome } from '../../src/pipeline/sending/attempt-delivery.ts';
import { createHarness, type Harness, logger, newTenant } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { makeDelivery } from '../support/make-delivery.ts';
import { openDatabase } from '../support/open-database.ts';
import { readDeadLetters } from '../support/read-dead-letters.ts';

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

const PAYLOAD_BYTES = 900_000;
const LETTERS = 60;

/** Deliveries with large payloads, under a lease. */
async function insertLarge(status: 'sending' | 'failed', endpointId: string): Promise<DueDelivery[]> {
  const tenant = newTenant();
  await insertDueDeliveries(harness, {
    endpointIds: [endpointId],
    tenant,
    count: LETTERS,
    bytes: PAYLOAD_BYTES,
    inSeconds: 3_600,
  });
  const rows = await harness.asOwner<{ eventId: string }>(
    `update deliveries set status = $2, lease_id = 'lease', completed_at = case when $2 = 'failed' then now() end
     where tenant_id = $1 returning event_id as "eventId"`,
    [tenant, status],
  );
  const payload = Buffer.from(JSON.stringify('x'.repeat(PAYLOAD_BYTES - 2)));
  return rows.map(({ eventId }) => makeDelivery({ eventId, endpointId, tenantId: tenant, payload }));
}

const countDue = async (endpointId: string) =>
  (
    await harness.asOwner('select from deliveries where endpoint_id = $1 and due_at is not null', [
      endpointId,
    ])
  ).length;

test('a broker that does not answer holds up one part of the dead letters at most, and the others stay due', async () => {
  const bus = await connectBus({
    url: harness.nats.url,
    name: 'dead-letter-test',
    logger,
    onClosed: () => {},
  });
  onTestFinished(() => bus.close());
  const publisher = createDeadLetterPublisher(bus, database, logger);
  const deliveries = await insertLarge('failed', 'ep_hanging');
  const letters = deliveries.map((delivery) => ({
    delivery,
    attempts: 1,
    errorCode: 'http_error',
    errorMessage: '',
  }));
  const sentBefore = bus.connection.stats().outBytes;
  process.kill(harness.nats.pid, 'SIGSTOP');
  try {
    // Concurrently, by several callers.
    await Promise.all([0, 1, 2].map((n) => publisher.publish(letters.slice(n * 20, n * 20 + 20))));
  } finally {
    process.kill(harness.nats.pid, 'SIGCONT');
  }
  const sent = bus.connection.stats().outBytes - sentBefore;
  expect(sent).toBeGreaterThan(PAYLOAD_BYTES);
  expect(sent).toBeLessThan(MAX_PART_BYTES * 1.01);
  expect(await countDue('ep_hanging')).toBe(LETTERS);

  await until(() => bus.connected);
  await publisher.publish(letters);
  await publisher.drain();
  expect(await countDue('ep_hanging')).toBe(0);
  expect(await readDeadLetters(harness.bus)).toHaveLength(LETTERS);
});

test('while dead letters cannot be published, their payloads are held up to a bound, and the others stay due', async () => {
  const deliveries = await insertLarge('sending', 'ep_giving_up');
  const published: number[] = [];
  const publishing = Promise.withResolvers<void>();
  const recorder = createOutcomeRecorder({
    database,
    logger,
    leaseSeconds: 60,
    onDead: async (dead) => {
      published.push(dead.length);
      await publishing.promise;
    },
    onRecorded: () => {},
    onDisabled: () => {},
    onFenced: () => {},
  });
  const record = async (some: readonly DueDelivery[]) => {
    for (const delivery of some)
      await recorder.recordAll([
        { outcome: { ...requeuedOutcome(delivery), status: 'failed', errorCode: 'http_error' }, delivery },
      ]);
    await recorder.drain();
  };
  const sum = () => published.reduce((all, each) => all + each, 0);

  await record(deliveries.slice(0, 15));
  await record(deliveries.slice(15, 50));
  const kept = sum();
  expect(kept * PAYLOAD_BYTES).toBeGreaterThan(MAX_DEAD_BYTES / 2);
  expect(kept * PAYLOAD_BYTES).toBeLessThan(MAX_DEAD_BYTES + PAYLOAD_BYTES);
  expect(await countDue('ep_giving_up')).toBe(LETTERS);
  expect(
    await harness.asOwner(`select from deliveries where endpoint_id = 'ep_giving_up' and status = 'failed'`),
  ).toHaveLength(50);

  publishing.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  await record(deliveries.slice(50));
  expect(sum()).toBe(kept + 10);
});
