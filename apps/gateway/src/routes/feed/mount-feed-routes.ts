import { followFeed, operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Identity } from '../../auth/identity.ts';
import type { RouteContext } from '../context.ts';

/** The live feed as server-sent events, and the tickets with which browsers open it. */
export function mountFeedRoutes(app: FastifyInstance, context: RouteContext): void {
  const { feed, feedTickets, authenticate, identityOf } = context;
  const byTicket = new WeakMap<FastifyRequest, Identity>();

  mountOperation(app, operations.createFeedTicket, authenticate, async ({ request }) => ({
    data: await feedTickets.create(identityOf(request)),
  }));

  mountOperation(
    app,
    followFeed,
    async (request, operation) => {
      const { ticket } = request.query as { ticket?: unknown };
      if (typeof ticket !== 'string') return authenticate(request, operation);
      // The scope was checked when the ticket was made.
      const identity = await feedTickets.redeem(ticket, request.ip);
      byTicket.set(request, identity);
      return identity.principal;
    },
    ({ request, reply, query }) => {
      const identity = byTicket.get(request) ?? identityOf(request);
      feed.serveServerSent({ request, reply, identity, query });
      return reply;
    },
  );
}
