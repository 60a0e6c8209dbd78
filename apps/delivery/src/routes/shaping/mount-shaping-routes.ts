import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountExplainEndpoint } from './explain-endpoint.ts';
import { mountListTemplates } from './list-templates.ts';
import { mountTransformEvent } from './transform-event.ts';

/** Operations that try filters and transformations on events without sending anything. */
export function mountShapingRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListTemplates(app, context);
  mountExplainEndpoint(app, context);
  mountTransformEvent(app, context);
}
