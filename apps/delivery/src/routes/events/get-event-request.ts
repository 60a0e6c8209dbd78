import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentRequest } from './present-request.ts';
import { readKeptRequest } from './read-kept-request.ts';

export function mountGetEventRequest(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getEventRequest,
    context.authenticate,
    async ({ principal, params, query }) => {
      const request = await readKeptRequest({
        database: context.database,
        tenant: tenantToRead(principal, query.userId),
        eventId: params.id,
        opens: query.secrets === true ? context.secretBox : undefined,
      });
      return { data: presentRequest(request) };
    },
  );
}
