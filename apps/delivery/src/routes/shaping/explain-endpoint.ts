import {
  type Explanation,
  type Filter,
  operations,
  type PastedEvent,
  type Transformation,
  tenantToRead,
} from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';
import { warnOfFilter, withWarnings } from '../warnings.ts';
import { checkMatch, chooseFilter } from './check-match.ts';
import { namesNoEvent, readTriedEvent } from './tried-event.ts';
import { tryLastEvents } from './try-last-events.ts';
import { tryTransformation } from './try-transformation.ts';

export function mountExplainEndpoint(app: FastifyInstance, context: RouteContext): void {
  const { database, filters, transformer } = context;
  mountOperation(
    app,
    operations.explainEndpoint,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const given = body as {
        eventId?: string;
        event?: PastedEvent;
        filter?: Filter | null;
        transformation?: Transformation | null;
        lastEvents?: number;
      };
      const endpoint = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const event = await readTriedEvent(database, endpoint.tenantId, given);
      if (!event && given.lastEvents === undefined) throw namesNoEvent('eventId, event or lastEvents');
      const filter = chooseFilter(endpoint, given.filter);
      const checks = event ? await checkMatch(filters, endpoint, filter, event) : [];
      const transformation =
        given.transformation === undefined ? endpoint.transformation : given.transformation;
      const explanation: Explanation = {
        wouldMatch: event ? checks.every(({ holds }) => holds) : null,
        checks,
        transformation:
          event && transformation
            ? await tryTransformation(transformer, { ...endpoint, transformation, event })
            : null,
        lastEvents:
          given.lastEvents === undefined
            ? null
            : await tryLastEvents(database, endpoint, filter, given.lastEvents),
      };
      return { data: explanation, ...withWarnings(warnOfFilter(given.filter)) };
    },
  );
}
