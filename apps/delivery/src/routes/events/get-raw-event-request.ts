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
      const wish = {
        database: context.database,
        tenant: tenantToRead(principal, query.userId),
        eventId: params.id,
        opens: query.secrets === true ? context.secretBox : undefined,
      };
      if (asksForMessage(request.headers.accept))
        return sendHttpMessage(reply, await readRequestOrPayload(wish));
      return sendRawRequest(reply, await readKeptRequest(wish));
    },
  );
}
