import type { FastifyInstance } from 'fastify';
import { forwardInbound } from '../../forward/forward-inbound.ts';
import type { RouteContext } from '../context.ts';

/** Providers whose address names no user. Their requests do. */
const WITHOUT_USER = ['gmail', 'stripe', 'clerk', 'github'];

/**
 * Forwards webhooks of providers to ingest, which verifies them. Each provider has a path of its own, which takes
 * precedence over /api/webhooks/:id: so an operation on an endpoint (…/ep_…/test) and a provider's request
 * (…/github/test) cannot be confused.
 */
export function mountInbound(app: FastifyInstance, { upstreams, providers }: RouteContext): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    // All methods: ingest decides which is allowed, and stores a refused request for the tenant.
    const add = (url: string) =>
      scope.all(url, (request, reply) => forwardInbound(upstreams.ingest, request, reply));
    const paths = [
      ...providers.map((provider) => `/api/webhooks/${provider}/:userId`),
      ...WITHOUT_USER.map((provider) => `/api/webhooks/${provider}`),
      '/webhook',
    ];
    add('/in/*');
    for (const path of paths) {
      add(path);
      add(`${path}/`);
    }
    done();
  });
}
