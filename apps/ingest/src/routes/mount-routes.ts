import type { FastifyInstance } from 'fastify';
import { mountAlertFactRoutes } from './alert-facts/mount-alert-fact-routes.ts';
import type { RouteContext } from './context.ts';
import { mountEventTypeRoutes } from './event-types/mount-event-type-routes.ts';
import { mountPublishEvent } from './events/publish-event.ts';
import { mountPublishEvents } from './events/publish-events.ts';
import { mountWebhookHealth } from './health/mount-webhook-health.ts';
import { mountInboundRoutes } from './inbound/mount-inbound-routes.ts';
import { mountLookUp } from './lookup/look-up.ts';
import { mountManagedSourceRoutes } from './managed-sources/mount-managed-source-routes.ts';
import { mountListProviders } from './providers/list-providers.ts';
import { mountListRejections } from './rejections/list-rejections.ts';
import { mountSourceRoutes } from './sources/mount-source-routes.ts';

/** The addresses that providers call, and ingest's operations, which the gateway forwards. */
export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountWebhookHealth(app, context);
  mountInboundRoutes(app, context);
  mountEventTypeRoutes(app, context);
  mountPublishEvent(app, context);
  mountPublishEvents(app, context);
  mountListProviders(app, context);
  mountSourceRoutes(app, context);
  mountManagedSourceRoutes(app, context);
  mountListRejections(app, context);
  mountAlertFactRoutes(app, context);
  mountLookUp(app, context);
}
