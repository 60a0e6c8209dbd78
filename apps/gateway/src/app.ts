import { ensureStreams } from '@hookline/bus';
import { FEED_SCOPE, ID_PREFIX, isId } from '@hookline/contracts';
import { listProviders } from '@hookline/providers';
import {
  buildService,
  createAddressReader,
  createHttpServer,
  openBus,
  type Runtime,
  type Service,
} from '@hookline/service';
import { createAuthenticator } from './auth/authenticator.ts';
import { createCredentialCache } from './auth/credential-cache.ts';
import { createFailureLimit, FAILURE_LIMIT_DEFAULTS } from './auth/failure-limit.ts';
import { createJwtVerifier } from './auth/jwt.ts';
import { createRequestAuthentication } from './auth/request-authentication.ts';
import { requireScope } from './auth/require-scope.ts';
import { createRevocations } from './auth/revocations.ts';
import { createUseRecorder } from './auth/use-recorder.ts';
import { createFeed } from './feed/feed.ts';
import { createUpstream } from './forward/upstream.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import type { GatewayOptions } from './options.ts';
import { secureBrowsers } from './plugins/secure-browsers.ts';
import { mountRoutes } from './routes/mount-routes.ts';
import { findKeyCredential } from './sql/find-key-credential.ts';
import { listEndingKeys } from './sql/list-ending-keys.ts';
import { touchApiKeys } from './sql/touch-api-keys.ts';

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

      const keys = createCredentialCache({ find: (hash) => findKeyCredential(database, hash) });
      const keyUses = createUseRecorder({ write: (ids) => touchApiKeys(database, ids), logger });
      foundation.onClose(keyUses.close);
      const authenticator = createAuthenticator({
        keys,
        keyUses,
        operatorKey: options.operatorKey,
        verifyJwt: options.jwt && createJwtVerifier(options.jwt),
        failures: createFailureLimit({ ...FAILURE_LIMIT_DEFAULTS, ...options.failureLimit }),
        metrics,
      });
      const { authenticate, identityOf } = createRequestAuthentication(authenticator);

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
        caches: [keys],
        inUse: feed.keyIds,
        listEnding: (ids) =>
          listEndingKeys(
            database,
            ids.filter((id) => isId(ID_PREFIX.apiKey, id)),
          ),
        onEnded: feed.closeKey,
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
        identityOf,
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
