import { createSecretBox, type Database } from '@hookline/db';
import { runWorkers } from '@hookline/service';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createEndpointCatalog } from '../../src/endpoints/catalog/endpoint-catalog.ts';
import { NOT_SENT } from '../../src/pipeline/delivery/lane-signal.ts';
import { type Shipment, shipmentOf } from '../../src/pipeline/delivery/shipment.ts';
import { createClaimMonitor } from '../../src/pipeline/lanes/claim-monitor.ts';
import { type ClaimerOptions, createClaimer } from '../../src/pipeline/lanes/claimer.ts';
import { createLaneRegistry, type LaneOptions } from '../../src/pipeline/lanes/lane-registry.ts';
import type { ReplicaShare } from '../../src/pipeline/lanes/rate-limiter.ts';
import { createHarness, type Harness, logger, newTenant, throwFatal } from '../harness.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';
import { makeDelivery, makeEndpoint } from '../support/make-delivery.ts';
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

function setUp({
  onDead,
  mayLease = () => true,
  monitor = createClaimMonitor(logger),
  ...overrides
}: Partial<LaneOptions> &
  Pick<ClaimerOptions, 'onDead'> &
  Partial<Pick<ClaimerOptions, 'mayLease' | 'monitor'>>) {
  const catalog = createEndpointCatalog(database, createSecretBox(harness.config.encryptionKeys), () => {});
  const lanes = createLaneRegistry({
    maxInFlight: 10,
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 10,
    maxBufferedBytes: 1_000_000,
    getEndpoint: catalog.get,
    share: () => ({ index: 0, count: 1 }),
    requeue: () => {},
    onDefect: (error) => expect.unreachable(String(error)),
    attempt: async () => NOT_SENT,
    ...overrides,
  });
  let leases = 0;
  const start = () => {
    const claimer = createClaimer({
      database,
      catalog,
      lanes,
      logger,
      mayLease,
      monitor,
      nextLeaseId: () => `claim-${++leases}`,
      leaseSeconds: 60,
      pollIntervalMs: 10,
      onDead,
    });
    return runWorkers([claimer], throwFatal);
  };
  return { lanes, start };
}

test('nothing is claimed while the dead letters of the last claim are being published', async () => {
  const tenant = newTenant();
  await insertDueDeliveries(harness, { endpointIds: ['ep_dead'], tenant, count: 60, bytes: 900_000 });
  await harness.asOwner(
    `update deliveries set status = 'failed', completed_at = now() where tenant_id = $1`,
    [tenant],
  );
  const maxBufferedBytes = 9_000_000;
  const claims: { count: number; publish: () => void }[] = [];
  const { start } = setUp({
    maxBufferedBytes,
    onDead: (dead) => new Promise((resolve) => void claims.push({ count: dead.length, publish: resolve })),
  });
  const claimer = start();
  await until(() => claims.length > 0);
  // Time for ten more.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(claims).toHaveLength(1);
  expect((claims[0]?.count ?? 0) * 900_000).toBeLessThanOrEqual(maxBufferedBytes);
  claims[0]?.publish();
  await until(() => claims.length === 2);
  const stopped = claimer.stop();
  claims[1]?.publish();
  await stopped;
});

test('lanes that lose their share of a limit while they fill the memory requeue their waiting deliveries', async () => {
  let share: ReplicaShare = { index: 0, count: 1 };
  const requeued: Shipment[] = [];
  const { lanes, start } = setUp({
    maxBufferedBytes: 1_000,
    getEndpoint: () => makeEndpoint({ rateLimit: { concurrency: 1 } }),
    share: () => share,
    requeue: (shipment) => void requeued.push(shipment),
    attempt: () => new Promise(() => {}),
    onDead: async () => {},
  });
  for (let n = 0; n < 3; n++) {
    lanes.submitClaimed(shipmentOf([makeDelivery({ payload: Buffer.alloc(500) })]));
  }
  expect(lanes).toMatchObject({ inFlight: 1, waiting: 2, freeBytes: -500 });
  // The other replica has the whole share.
  share = [0, 1]
    .map((index) => ({ index, count: 2 }))
    .find((each) => {
      share = each;
      return lanes.healthOf(makeDelivery().endpointId).slots === 0;
    }) as ReplicaShare;
  const claimer = start();
  onTestFinished(() => claimer.stop());
  await until(() => requeued.length === 2);
  expect(lanes).toMatchObject({ inFlight: 1, waiting: 0, freeBytes: 500 });
});

test('a replica that may take no lease reports it after a while, and reports its recovery', async () => {
  const stalledAfterMs = 200;
  const lines: string[] = [];
  const telling = Object.assign(Object.create(logger), {
    error: (_: object, text: string) => void lines.push(text),
    info: (_: object, text: string) => void lines.push(text),
  }) as typeof logger;
  const monitor = createClaimMonitor(telling, stalledAfterMs);
  let mayLease = false;
  const { start } = setUp({ monitor, mayLease: () => mayLease, onDead: async () => {} });
  const claimer = start();
  await until(() => lines.length > 0);
  expect(lines[0]).toMatch(
    /^nothing that is due has been claimed for \d+ s: this replica could not report to Postgres/,
  );
  expect(monitor.problem).toContain('this replica could not report to Postgres');
  expect(monitor.stalledMs()).toBeGreaterThanOrEqual(stalledAfterMs);
  mayLease = true;
  await until(() => monitor.problem === undefined);
  await until(() => lines.length === 2);
  expect(lines[1]).toBe('what is due is claimed again');
  await claimer.stop();
});
