import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateConnection } from './create-connection.ts';
import { mountCreateConnectionLink } from './create-connection-link.ts';
import { mountDeleteConnection } from './delete-connection.ts';
import { mountGetConnection } from './get-connection.ts';
import { mountGetConnectionJourney } from './get-connection-journey.ts';
import { mountGetConnectionToken } from './get-connection-token.ts';
import { mountListConnections } from './list-connections.ts';
import { mountBulkConnections } from './mount-bulk-connections.ts';
import { mountPauseConnection } from './pause-connection.ts';
import { mountRefreshConnection } from './refresh-connection.ts';
import { mountUpdateConnection } from './update-connection.ts';

export function mountConnectionRoutes(app: FastifyInstance, context: RouteContext): void {
  mountBulkConnections(app, context);
  mountCreateConnection(app, context);
  mountCreateConnectionLink(app, context);
  mountListConnections(app, context);
  mountGetConnection(app, context);
  mountUpdateConnection(app, context);
  mountDeleteConnection(app, context);
  mountPauseConnection(app, context);
  mountRefreshConnection(app, context);
  mountGetConnectionJourney(app, context);
  mountGetConnectionToken(app, context);
}
