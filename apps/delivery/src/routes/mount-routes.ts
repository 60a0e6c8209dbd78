import type { FastifyInstance } from 'fastify';
import { mountAlertFactRoutes } from './alert-facts/mount-alert-fact-routes.ts';
import { mountListAttempts } from './attempts/list-attempts.ts';
import { mountBulkJobRoutes } from './bulk-jobs/mount-bulk-job-routes.ts';
import type { RouteContext } from './context.ts';
import { mountDeadLetterRoutes } from './dead-letters/mount-dead-letter-routes.ts';
import { mountDeliveryRoutes } from './deliveries/mount-delivery-routes.ts';
import { mountEndpointRoutes } from './endpoints/mount-endpoint-routes.ts';
import { mountEventRoutes } from './events/mount-event-routes.ts';
import { mountPublicKeys } from './keys/mount-public-keys.ts';
import { mountGetLedger } from './ledger/get-ledger.ts';
import { mountLookUp } from './lookup/look-up.ts';
import { mountParkedKeyRoutes } from './parked-keys/mount-parked-key-routes.ts';
import { mountQueueRoutes } from './queue/mount-queue-routes.ts';
import { mountReplayRoutes } from './replays/mount-replay-routes.ts';
import { mountShapingRoutes } from './shaping/mount-shaping-routes.ts';
import { mountStatisticsRoutes } from './statistics/mount-statistics-routes.ts';
import { mountStoredEventRoutes } from './stored-events/mount-stored-event-routes.ts';
import { mountListUnreadableMessages } from './unreadable-messages/list-unreadable-messages.ts';

/** Delivery's operations, which the gateway forwards. All of them need the internal token, except the public keys. */
export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountEndpointRoutes(app, context);
  mountShapingRoutes(app, context);
  mountDeliveryRoutes(app, context);
  mountListAttempts(app, context);
  mountEventRoutes(app, context);
  mountParkedKeyRoutes(app, context);
  mountPublicKeys(app, context);
  mountDeadLetterRoutes(app, context);
  mountReplayRoutes(app, context);
  mountBulkJobRoutes(app, context);
  mountStatisticsRoutes(app, context);
  mountStoredEventRoutes(app, context);
  mountAlertFactRoutes(app, context);
  mountLookUp(app, context);
  mountQueueRoutes(app, context);
  mountGetLedger(app, context);
  mountListUnreadableMessages(app, context);
}
