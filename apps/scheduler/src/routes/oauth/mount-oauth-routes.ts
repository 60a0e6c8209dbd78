import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountFinishFlow } from './finish-flow.ts';
import { mountLinkOperations } from './mount-link-operations.ts';
import { mountStartFlow } from './start-flow.ts';

export function mountOAuthRoutes(app: FastifyInstance, context: RouteContext): void {
  mountStartFlow(app, context);
  mountFinishFlow(app, context);
  mountLinkOperations(app, context);
}
