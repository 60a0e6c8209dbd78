import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { readKeptRequest, readRequestOrPayload } from './read-kept-request.ts';
import { asksForMessage, sendHttpMessage } from './send-http-message.ts';
import { sendRawRequest } from './send-raw-request.ts';

export function mountGetRawEventRequest(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getRawEventRequest,
    context.authenticate,
    async ({ principal, params, query, request, reply }) => {
      const tenant = tenantToRead(principal, query.userId);
      if (asksForMessage(request.headers.accept))
        return sendHttpMessage(reply, await readRequestOrPayload(context.database, tenant, params.id));
      return sendRawRequest(reply, await readKeptRequest(context.database, tenant, params.id));
    },
  );
}
