import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountDeleteEventType } from './delete-event-type.ts';
import { mountFindUnknownEventTypes } from './find-unknown-event-types.ts';
import { mountListEventTypeNames } from './list-event-type-names.ts';
import { mountListEventTypes } from './list-event-types.ts';
import { mountPutEventType } from './put-event-type.ts';

export function mountEventTypeRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListEventTypes(app, context);
  mountListEventTypeNames(app, context);
  mountPutEventType(app, context);
  mountDeleteEventType(app, context);
  mountFindUnknownEventTypes(app, context);
}
