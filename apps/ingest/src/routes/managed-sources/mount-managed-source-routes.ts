import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountDeleteManagedSource } from './delete-managed-source.ts';
import { mountPutManagedSource } from './put-managed-source.ts';
import { mountWithholdPushes } from './withhold-pushes.ts';

/** The sources that the scheduler makes, for its internal calls. */
export function mountManagedSourceRoutes(app: FastifyInstance, context: RouteContext): void {
  mountPutManagedSource(app, context);
  mountWithholdPushes(app, context);
  mountDeleteManagedSource(app, context);
}
