import type { FastifyInstance } from 'fastify';
import { forwardInbound } from '../../forward/forward-inbound.ts';
import type { Upstream } from '../../forward/upstream.ts';

export interface InboundRoutesOptions {
  ingest: Upstream;
  /** Names and aliases of providers, as they stand in paths. */
  providers: readonly string[];
}

/** Providers whose address names no user: it is found in what they send. */
const WITHOUT_USER = ['gmail', 'stripe', 'clerk', 'github'];

/**
 * Inbound webhooks, passed on to ingest without a look at them: it knows who signed. Each provider has a path of its
 * own, which goes before /api/webhooks/:id, so that an endpoint's calls (…/ep_…/test) and a provider's deliveries
 * (…/github/test) are never taken for each other.
 */
export function mountInbound(app: FastifyInstance, { ingest, providers }: InboundRoutesOptions): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    const add = (method: string[], url: string) =>
      scope.route({ method, url, handler: (request, reply) => forwardInbound(ingest, request, reply) });
    scope.all('/in/*', (request, reply) => forwardInbound(ingest, request, reply));
    for (const provider of providers) add(['GET', 'POST'], `/api/webhooks/${provider}/:userId`);
    for (const provider of WITHOUT_USER) add(['POST'], `/api/webhooks/${provider}`);
    add(['GET', 'POST'], '/webhook');
    done();
  });
}
