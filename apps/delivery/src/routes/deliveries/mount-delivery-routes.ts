import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCancelDelivery } from './cancel-delivery.ts';
import { mountExportDeliveries } from './export-deliveries.ts';
import { mountGetDelivery } from './get-delivery.ts';
import { mountListDeliveries } from './list-deliveries.ts';
import { mountRetryDelivery } from './retry-delivery.ts';

export function mountDeliveryRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListDeliveries(app, context);
  mountExportDeliveries(app, context);
  mountGetDelivery(app, context);
  mountRetryDelivery(app, context);
  mountCancelDelivery(app, context);
}
