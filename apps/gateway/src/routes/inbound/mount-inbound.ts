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

    // Whatever the method: ingest says which is right, and keeps what was refused where its tenant sees it.
    const add = (url: string) => scope.all(url, (request, reply) => forwardInbound(ingest, request, reply));
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
