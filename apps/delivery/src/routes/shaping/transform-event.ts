import { operations, type PastedEvent, type Transformation, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';
import { namesNoEvent, readTriedEvent } from './tried-event.ts';
import { tryTransformation } from './try-transformation.ts';

export function mountTransformEvent(app: FastifyInstance, context: RouteContext): void {
  const { database, transformer } = context;
  mountOperation(
    app,
    operations.transformEvent,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const given = body as {
        eventId?: string;
        event?: PastedEvent;
        transformation?: Transformation | null;
      };
      const endpoint = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const event = await readTriedEvent(database, endpoint.tenantId, given);
      if (!event) throw namesNoEvent('eventId or event');
      const transformation =
        (given.transformation === undefined ? endpoint.transformation : given.transformation) ?? undefined;
      return { data: await tryTransformation(transformer, { ...endpoint, transformation, event }) };
    },
  );
}
