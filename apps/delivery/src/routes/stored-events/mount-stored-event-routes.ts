import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountFindKnownKeys } from './find-known-keys.ts';
import { mountListReceivedEvents } from './list-received-events.ts';

/** What the scheduler asks when it compares a provider's record with what arrived. */
export function mountStoredEventRoutes(app: FastifyInstance, context: RouteContext): void {
  mountFindKnownKeys(app, context);
  mountListReceivedEvents(app, context);
}
