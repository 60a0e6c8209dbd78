import { type Authenticate, readPrincipal } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from './context.ts';
import { mountDeadLetterRoutes } from './dead-letters/mount-dead-letter-routes.ts';
import { mountDeliveryRoutes } from './deliveries/mount-delivery-routes.ts';
import { mountEndpointRoutes } from './endpoints/mount-endpoint-routes.ts';
import { mountEventRoutes } from './events/mount-event-routes.ts';
import { mountPublicKeys } from './keys/mount-public-keys.ts';
import { mountParkedKeyRoutes } from './parked-keys/mount-parked-key-routes.ts';
import { mountQueueRoutes } from './queue/mount-queue-routes.ts';
import { mountReplayRoutes } from './replays/mount-replay-routes.ts';
import { mountShapingRoutes } from './shaping/mount-shaping-routes.ts';
import { mountStatisticsRoutes } from './statistics/mount-statistics-routes.ts';
import { mountUnreadableMessages } from './unreadable-messages/mount-unreadable-messages.ts';

/** Delivery's part of the API, for the gateway: every call needs the internal token, but for the public keys. */
export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  const authenticate: Authenticate = (request) => readPrincipal(request, context.internalToken);
  mountEndpointRoutes(app, context, authenticate);
  mountShapingRoutes(app, context, authenticate);
  mountDeliveryRoutes(app, context, authenticate);
  mountEventRoutes(app, context, authenticate);
  mountParkedKeyRoutes(app, context, authenticate);
  mountPublicKeys(app, context.catalog);
  mountDeadLetterRoutes(app, context, authenticate);
  mountReplayRoutes(app, context, authenticate);
  mountStatisticsRoutes(app, context, authenticate);
  mountQueueRoutes(app, context, authenticate);
  mountUnreadableMessages(app, context, authenticate);
}
