import { ensureStreams } from '@hookline/bus';
import { FEED_SCOPE } from '@hookline/contracts';
import { listProviders } from '@hookline/providers';
import {
  type Authenticate,
  buildService,
  createAddressReader,
  createHttpServer,
  openBus,
  type Runtime,
  type Service,
} from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import { createAuthenticator } from './auth/authenticator.ts';
import { createJwtVerifier } from './auth/jwt.ts';
import { createKeyCache } from './auth/key-cache.ts';
import { readBearer } from './auth/read-bearer.ts';
import { requireScope } from './auth/require-scope.ts';
import { createRevocations } from './auth/revocations.ts';
import { createFeed } from './feed/feed.ts';
import { createUpstream } from './forward/upstream.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import type { GatewayOptions } from './options.ts';
import { secureBrowsers } from './plugins/secure-browsers.ts';
import { mountRoutes } from './routes/mount-routes.ts';
import { findPrincipal } from './sql/find-principal.ts';

/** The gateway, connected and at work, not yet listening. */
export function buildGateway(options: GatewayOptions, runtime: Runtime): Promise<Service> {
  return buildService({
    name: 'gateway',
    options,
    runtime,
    async build(foundation) {
      const { database, health, logger, metrics } = foundation;
      const { bus } = await openBus(foundation, options);
      const app = createHttpServer({ ...foundation, trustedProxies: options.trustedProxies });
      await secureBrowsers(app, options);

      const cache = createKeyCache({ find: (hash) => findPrincipal(database, hash) });
      const authenticator = createAuthenticator({
        keys: cache,
        operatorKey: options.operatorKey,
        verifyJwt: options.jwt && createJwtVerifier(options.jwt),
      });
      const identify = (request: FastifyRequest) => authenticator(readBearer(request.headers), request.ip);
      const authenticate: Authenticate = async (request, { scope }) => {
        const identity = await identify(request);
        requireScope(identity, scope);
        return identity.principal;
      };

      const feed = await createFeed({
        server: app.server,
        bus,
        openStream: () => ensureStreams(bus, options.streams),
        addressOf: createAddressReader(options.trustedProxies),
        async authenticate(token, address) {
          const identity = await authenticator(token, address);
          requireScope(identity, FEED_SCOPE);
          return identity;
        },
        allowedOrigins: options.allowedOrigins,
        settings: options.feed,
        metrics,
        logger,
      });
      // Before the server waits for its connections to end: a connection of the feed does not end by itself.
      app.addHook('preClose', () => feed.close());
      health.addCheck('feed', async () => {
        feed.checkFollowing();
        // A broker that hangs delivers nothing to the feed, although the connection to it is open.
        await bus.connection.flush();
      });

      const revocations = createRevocations({
        bus,
        cache,
        database,
        keysInUse: feed.keyIds,
        onRevoked: feed.closeKey,
        logger,
      });
      foundation.runWorkers([revocations]);

      const upstreams = {
        ingest: createUpstream('ingest', options.upstreams.ingest),
        delivery: createUpstream('delivery', options.upstreams.delivery),
        scheduler: createUpstream('scheduler', options.upstreams.scheduler),
      };
      for (const { name, checkAlive, close } of Object.values(upstreams)) {
        health.addInformation(name, checkAlive);
        foundation.onClose(close);
      }

      mountRoutes(app, {
        authenticate,
        scopesOf: async (request) => (await identify(request)).scopes,
        database,
        rateLimits: createRateLimits(options.rateLimits, metrics),
        revocations,
        upstreams,
        internalToken: options.internalToken,
        providers: listProviders().flatMap(({ id, aliases = [] }) => [id, ...aliases]),
        publicKeysLimit: options.publicKeysLimit,
        isReady: {
          gateway: async () => (await health.readiness()).ready,
          ingest: upstreams.ingest.isReady,
          delivery: upstreams.delivery.isReady,
          scheduler: upstreams.scheduler.isReady,
        },
      });
      return app;
    },
  });
}
