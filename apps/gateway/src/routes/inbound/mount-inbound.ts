import type { FastifyInstance } from 'fastify';
import { forwardInbound } from '../../forward/forward-inbound.ts';
import type { RouteContext } from '../context.ts';

/** Providers whose address names no user. Their requests do. */
const WITHOUT_USER = ['gmail', 'stripe', 'clerk', 'github'];

/**
 * Forwards webhooks of providers to ingest, which verifies them. A path with the name of a provider takes precedence over
 * /api/webhooks/:id: so an operation on an endpoint (…/ep_…/test) and a provider's request (…/github/test) cannot be
 * confused. All names are in one route: a route for each of 280 names and each method takes 40 MB.
 */
export function mountInbound(app: FastifyInstance, { upstreams, providers }: RouteContext): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    // All methods: ingest decides which is allowed, and stores a refused request for the tenant.
    const add = (url: string, shownAs = url) =>
      scope.all(url, { config: { shownAs } }, (request, reply) =>
        forwardInbound(upstreams.ingest, request, reply),
      );
    add('/in/*');
    for (const end of ['', '/']) {
      add(
        `/api/webhooks/:provider(^(?:${providers.join('|')})$)/:userId${end}`,
        `/api/webhooks/:provider/:userId${end}`,
      );
      for (const provider of WITHOUT_USER) add(`/api/webhooks/${provider}${end}`);
      add(`/webhook${end}`);
    }
    done();
  });
}
