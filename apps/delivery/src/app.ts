import { randomBytes } from 'node:crypto';
import { ensurePayloadObjects, ensureStreams } from '@hookline/bus';
import { createDatabaseClock, createSecretBox } from '@hookline/db';
import {
  buildService,
  checkProblem,
  createExports,
  createHopCounts,
  createHttpServer,
  createWaker,
  openBus,
  type Runtime,
  readPrincipal,
  type Service,
} from '@hookline/service';
import { buildEndpoints } from './endpoints/build-endpoints.ts';
import { createDeliveryMetrics, registerDeliveryGauges } from './metrics.ts';
import { buildOperations } from './operations/build-operations.ts';
import { didShipmentFail } from './operations/failing/did-shipment-fail.ts';
import { createFailureMonitor } from './operations/failing/failure-monitor.ts';
import { openReplicaRegister } from './operations/replicas/replica-register.ts';
import type { DeliveryOptions } from './options.ts';
import { buildPipeline } from './pipeline/build-pipeline.ts';
import { createFilterEvaluator } from './pipeline/filters/filter-evaluator.ts';
import { buildSending } from './pipeline/sending/build-sending.ts';
import { createWaitReason } from './routes/deliveries/wait-reason.ts';
import { mountRoutes } from './routes/mount-routes.ts';

const USER_AGENT = 'Hookline/0.1 (+https://github.com/hookline/hookline)';

/** Builds delivery: connected and with running workers, not yet listening. */
export function buildDelivery(options: DeliveryOptions, runtime: Runtime): Promise<Service> {
  return buildService({
    name: 'delivery',
    options,
    runtime,
    async build(foundation) {
      const { database, health, logger } = foundation;
      const { leaseSeconds } = options;
      const { bus } = await openBus(foundation, options);
      const { incarnation: streamEpoch } = await ensureStreams(bus, options.streams);
      const payloads = await ensurePayloadObjects(bus, options.streams);

      const secretBox = createSecretBox(options.encryptionKeys);
      const hopCounts = createHopCounts(options.encryptionKeys);
      const metrics = createDeliveryMetrics(foundation.metrics);
      const filters = createFilterEvaluator();
      foundation.onClose(filters.close);
      const sending = buildSending(foundation, options.outbound);
      const endpoints = await buildEndpoints(foundation, { bus, secretBox });
      const { catalog } = endpoints;

      const claimWaker = createWaker();
      const clock = createDatabaseClock();
      const replica = randomBytes(6).toString('hex');
      const replicas = await openReplicaRegister({
        database,
        replica,
        leaseSeconds,
        catalog,
        clock,
        logger,
        onLeasesEnded: claimWaker.wake,
      });
      const failures = createFailureMonitor({
        database,
        logger,
        intervalMs: options.failureIntervalMs,
        disableAfterHours: options.disableAfterHours,
        onDisabled: (endpointIds) => endpoints.onDisabled(endpointIds, 'they had only failures'),
      });
      // These workers run until the outcomes of the last attempts are recorded.
      foundation.runWorkers([replicas, failures]);

      const pipeline = buildPipeline(foundation, options, {
        bus,
        streamEpoch,
        payloads,
        endpoints,
        secretBox,
        sending,
        filters,
        hopCounts,
        userAgent: USER_AGENT,
        replica,
        membership: replicas,
        clock,
        metrics,
        claimWaker,
        onAttempted(endpointId, settled) {
          const failed = didShipmentFail(settled);
          if (failed !== undefined) failures.note(endpointId, failed);
        },
      });
      const { lanes, recorder, claimMonitor, claimer, sequencer } = pipeline;
      health.addCheck('claims', checkProblem(claimMonitor));
      const operations = buildOperations(foundation, options, {
        bus,
        filters,
        metrics,
        onKeysReleased: sequencer.wake,
      });
      const consumer = await pipeline.openConsumer();
      foundation.runWorkers([
        consumer,
        claimer,
        sequencer,
        operations.auditor,
        operations.statistics,
        operations.replays,
        operations.bulkJobs,
        operations.held,
      ]);
      registerDeliveryGauges(foundation.metrics, {
        database,
        inFlight: () => lanes.inFlight,
        waiting: () => lanes.waiting,
        replicas: () => replicas.share.count,
        lanesByState: () => lanes.countByState(),
        unrecorded: () => recorder.pending,
        buffered: () => consumer.buffered,
        claimsStalledMs: claimMonitor.stalledMs,
      });

      const app = createHttpServer(foundation);
      const exports = createExports();
      app.addHook('preClose', async () => exports.close());
      mountRoutes(app, {
        authenticate: (request) => readPrincipal(request, options.internalToken),
        database,
        bus,
        publisher: endpoints.publisher,
        catalog,
        secretBox,
        guard: sending.guard,
        ownOrigins: options.ownOrigins,
        onKeysReleased: sequencer.wake,
        lanes,
        replicas,
        waitReason: createWaitReason(catalog, lanes, clock.nowMs),
        databaseNowMs: clock.nowMs,
        sender: sending.sender,
        userAgent: USER_AGENT,
        hopCounts,
        defaultMaxRetries: options.defaultMaxRetries,
        wakeReplays: operations.replays.wake,
        wakeBulkJobs: operations.bulkJobs.wake,
        exports,
        filters,
        transformer: sending.transformer,
        compactor: sending.compactor,
      });
      return app;
    },
  });
}
