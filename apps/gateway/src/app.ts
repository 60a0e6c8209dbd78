import { ensureStreams } from '@hookline/bus';
import { OIDC_CALLBACK_PATH } from '@hookline/contracts';
import { createSecretBox } from '@hookline/db';
import { PROVIDER_NAMES } from '@hookline/providers/names';
import {
  buildService,
  createAddressReader,
  createExports,
  createHttpServer,
  createOriginReader,
  createUseRecorder,
  openBus,
  type Runtime,
  type Service,
} from '@hookline/service';
import { buildAlerts } from './alerts/build-alerts.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { createAttempts } from './auth/attempts.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createCredentialCache } from './auth/credential-cache.ts';
import { createFailureLimit, FAILURE_LIMIT_DEFAULTS } from './auth/failure-limit.ts';
import { createJwtVerifier } from './auth/jwt.ts';
import { createOidcProvider } from './auth/oidc/oidc-provider.ts';
import { createRequestAuthentication } from './auth/request-authentication.ts';
import { createRevocations } from './auth/revocations.ts';
import { createSessionSweeper } from './auth/sessions/session-sweeper.ts';
import { createSessions } from './auth/sessions/sessions.ts';
import { createSignInLimit, SIGN_IN_LIMIT_DEFAULTS } from './auth/sessions/sign-in-limit.ts';
import { createUpgradeAuthentication } from './auth/upgrade-authentication.ts';
import { hasDashboard, mountDashboard } from './dashboard/mount-dashboard.ts';
import { createFeed } from './feed/feed.ts';
import { createFeedTickets } from './feed/sse/feed-tickets.ts';
import { createUpstream } from './forward/upstream.ts';
import { createForgetOldKeys } from './idempotency/forget-old-keys.ts';
import { createIdempotentCalls } from './idempotency/idempotent-calls.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import type { GatewayOptions } from './options.ts';
import { secureBrowsers } from './plugins/secure-browsers.ts';
import { mountRoutes } from './routes/mount-routes.ts';
import { findKeyCredential } from './sql/find-key-credential.ts';
import { findPortalCredential } from './sql/find-portal-credential.ts';
import { findSessionCredential } from './sql/find-session-credential.ts';
import { listEndings } from './sql/list-endings.ts';
import { touchApiKeys } from './sql/touch-api-keys.ts';
import { touchPortalSessions } from './sql/touch-portal-sessions.ts';
import { touchSessions } from './sql/touch-sessions.ts';

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
      const keyUses = createUseRecorder({
        what: 'when keys were last used',
        write: (ids) => touchApiKeys(database, ids),
        logger,
      });
      foundation.onClose(keyUses.close);
      const sessionCache = createCredentialCache({ find: (hash) => findSessionCredential(database, hash) });
      const sessionUses = createUseRecorder({
        what: 'when sessions were last used',
        write: (ids) => touchSessions(database, ids),
        logger,
      });
      foundation.onClose(sessionUses.close);
      const portalTokens = createCredentialCache({ find: (hash) => findPortalCredential(database, hash) });
      const portalUses = createUseRecorder({
        what: 'when portal sessions were last used',
        write: (ids) => touchPortalSessions(database, ids),
        logger,
      });
      foundation.onClose(portalUses.close);
      const failures = createFailureLimit({ ...FAILURE_LIMIT_DEFAULTS, ...options.failureLimit });
      const attempts = createAttempts(failures, metrics);
      const { operatorKey, oidc, publicUrl } = options;
      const authenticator = createAuthenticator({
        keys,
        keyUses,
        portalTokens,
        portalUses,
        operatorKey,
        verifyJwt: options.jwt && createJwtVerifier(options.jwt),
        attempts,
        failures,
      });
      const sessions = createSessions({
        cache: sessionCache,
        uses: sessionUses,
        attempts,
        failures,
        operatorKey,
        originOf: publicUrl === undefined ? createOriginReader(options.trustedProxies) : () => publicUrl,
      });
      const { authenticate, identityOf, findIdentity } = createRequestAuthentication(authenticator, sessions);

      const feed = await createFeed({
        server: app.server,
        bus,
        openStream: () => ensureStreams(bus, options.streams),
        authentication: createUpgradeAuthentication({
          authenticator,
          sessions,
          addressOf: createAddressReader(options.trustedProxies),
        }),
        internalToken: options.internalToken,
        internalUrl: options.internalUrl,
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
        caches: [keys, sessionCache, portalTokens],
        inUse: feed.keyIds,
        listEnding: (ids) => listEndings(database, ids),
        onEnded: feed.closeKey,
        logger,
      });
      const oidcProvider =
        oidc && publicUrl !== undefined
          ? createOidcProvider(oidc, `${publicUrl}${OIDC_CALLBACK_PATH}`, logger)
          : undefined;
      foundation.runWorkers([
        revocations,
        createSessionSweeper(database, logger),
        createForgetOldKeys(database, logger),
        ...(oidcProvider ? [oidcProvider] : []),
      ]);

      const upstreams = {
        ingest: createUpstream('ingest', options.upstreams.ingest),
        delivery: createUpstream('delivery', options.upstreams.delivery),
        scheduler: createUpstream('scheduler', options.upstreams.scheduler),
      };
      for (const { name, checkAlive, close } of Object.values(upstreams)) {
        health.addInformation(name, checkAlive);
        foundation.onClose(close);
      }

      const box = createSecretBox(options.encryptionKeys);
      const alerts = await buildAlerts(foundation, options.alerts, {
        bus,
        box,
        upstreams,
        internalToken: options.internalToken,
        publicUrl,
      });

      const auditLog = createAuditLog(database, metrics, logger);
      foundation.onClose(auditLog.close);

      const exports = createExports();
      app.addHook('preClose', async () => exports.close());

      await mountDashboard(app, options.dashboardDir);
      mountRoutes(app, {
        hasDashboard: hasDashboard(options.dashboardDir),
        auditLog,
        exports,
        authenticate,
        identityOf,
        findIdentity,
        attempts,
        failures,
        portalOrigins: options.portalOrigins,
        sessions,
        signIns: createSignInLimit({ ...SIGN_IN_LIMIT_DEFAULTS, ...options.signInLimit }),
        oidc:
          oidcProvider && oidc && publicUrl !== undefined
            ? { provider: oidcProvider, options: oidc, origin: publicUrl }
            : undefined,
        operatorKey,
        database,
        rateLimits: createRateLimits(options.rateLimits, metrics),
        idempotentCalls: createIdempotentCalls({
          database,
          box,
          metrics,
          logger,
        }),
        feed,
        feedTickets: createFeedTickets(database),
        alerts,
        revocations,
        upstreams,
        internalToken: options.internalToken,
        providers: PROVIDER_NAMES,
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
