import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { readKeptRequest } from './read-kept-request.ts';
import { sendRawRequest } from './send-raw-request.ts';

export function mountGetRawEventRequest(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getRawEventRequest,
    context.authenticate,
    async ({ principal, params, query, reply }) => {
      const tenant = tenantToRead(principal, query.userId);
      return sendRawRequest(reply, await readKeptRequest(context.database, tenant, params.id));
    },
  );
}
