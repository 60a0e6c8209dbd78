import { ensureStreams } from '@hookline/bus';
import { ID_PREFIX } from '@hookline/contracts';
import { createSecretBox } from '@hookline/db';
import { createAddressGuard, createPublishedDocuments } from '@hookline/outbound';
import {
  buildService,
  checkProblem,
  createHopCounts,
  createHttpServer,
  createIdFactory,
  createReceiptClock,
  createSampledLog,
  openBus,
  type Runtime,
  readPrincipal,
  type Service,
} from '@hookline/service';
import { createEventTypeRegistry } from './event-types/event-type-registry.ts';
import { createSchemaThreads } from './event-types/schema-threads.ts';
import { buildEventStorage } from './events/build-event-storage.ts';
import { buildInbound } from './inbound/build-inbound.ts';
import { createIngestMetrics, registerIngestGauges } from './metrics.ts';
import type { IngestOptions } from './options.ts';
import { buildRejections } from './rejections/build-rejections.ts';
import { createRequestSealer } from './requests/request-sealer.ts';
import { mountRoutes } from './routes/mount-routes.ts';
import { buildSources } from './sources/build-sources.ts';

/** Ingest, connected and at work, not yet listening. */
export function buildIngest(options: IngestOptions, runtime: Runtime): Promise<Service> {
  return buildService({
    name: 'ingest',
    options,
    runtime,
    async build(foundation) {
      const { database, health, logger } = foundation;
      const { environmentSecrets, maxBodyBytes, publicUrl, publishDeadlineMs } = options;
      // With a journal, events are accepted without NATS: a load balancer that sent no requests here would lose them.
      const { bus, syncMode } = await openBus(foundation, options, options.journal === undefined);
      await ensureStreams(bus, options.streams);

      const secretBox = createSecretBox(options.encryptionKeys);
      const guard = createAddressGuard(options.outbound);
      const { fetchPublished, ...documents } = createPublishedDocuments({ guard });
      foundation.onClose(documents.close);

      const receiptClock = createReceiptClock(database, logger);
      foundation.runWorkers([receiptClock]);
      // Not a reason to be unready: whichever clock is wrong, a replica that accepts events is better than none.
      health.addInformation('clock', checkProblem(receiptClock));

      const metrics = createIngestMetrics(foundation.metrics);
      const sources = await buildSources(foundation, { bus, secretBox });
      const rejections = buildRejections(foundation, options, sources);
      const storage = await buildEventStorage(foundation, options, { bus, syncMode, metrics });

      const schemaThreads = createSchemaThreads();
      const eventTypes = createEventTypeRegistry(database, schemaThreads, logger);
      foundation.runWorkers([eventTypes]);
      foundation.onClose(schemaThreads.close);

      /** What a provider's request and a call of POST /api/events go through. */
      const intake = {
        acceptor: storage.acceptor,
        eventTypes,
        publishDeadlineMs,
        receiptClock,
        nextEventId: createIdFactory(ID_PREFIX.event),
        hopCounts: createHopCounts(options.encryptionKeys),
        rejections,
        metrics,
      };
      const sealRequestSecret = createRequestSealer(secretBox);
      const inbound = buildInbound(foundation, options, {
        ...intake,
        sources,
        sealRequestSecret,
        fetchPublished,
      });
      registerIngestGauges(foundation.metrics, {
        pendingEvents: () => storage.publisher.pendingEvents,
        storeRefuses: () => storage.probe.problem !== undefined,
        inFlightBytes: () => inbound.inFlight.bytes,
        sources: () => sources.directory.size,
        journalEvents: () => storage.journal?.events ?? 0,
        journalBytes: () => storage.journal?.bytes ?? 0,
      });

      const app = createHttpServer({
        ...foundation,
        maxBodyBytes,
        maxConnections: options.maxConnections,
        trustedProxies: options.trustedProxies,
      });
      mountRoutes(app, {
        ...intake,
        authenticate: (request) => readPrincipal(request, options.internalToken),
        database,
        health,
        publicUrl,
        inboundHandler: inbound.handler,
        inFlight: inbound.inFlight,
        limits: inbound.limits,
        defaultTenant: options.defaultTenant,
        schemaThreads,
        publishedLog: createSampledLog(logger, 'event.published'),
        refusedLog: createSampledLog(logger, 'event.refused'),
        secrets: sources.secrets,
        environmentSecrets,
        nextSourceId: createIdFactory(ID_PREFIX.source),
        guard,
        maxBodyBytes,
        fetchPublished,
        onSourcesChanged: sources.announceChange,
      });
      return app;
    },
  });
}
