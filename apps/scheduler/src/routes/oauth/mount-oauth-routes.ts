import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountFinishFlow } from './finish-flow.ts';
import { mountStartFlow } from './start-flow.ts';

export function mountOAuthRoutes(app: FastifyInstance, context: RouteContext): void {
  mountStartFlow(app, context);
  mountFinishFlow(app, context);
}
