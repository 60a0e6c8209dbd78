import { API_OPERATIONS, ApiError, MAX_BATCH_BODY_BYTES, operations } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import { auditCalls } from '../../audit/audit-calls.ts';
import { limitPortalBodies } from '../../auth/portal/limit-portal-bodies.ts';
import { parseJsonBodies } from '../../forward/json-bodies.ts';
import { mountGraphql } from '../../graphql/mount-graphql.ts';
import { replayWrites } from '../../idempotency/replay-writes.ts';
import { mountAlertRoutes } from '../alerts/mount-alert-routes.ts';
import { mountExportAuditEntries } from '../audit/export-audit-entries.ts';
import { mountListAuditEntries } from '../audit/list-audit-entries.ts';
import type { RouteContext } from '../context.ts';
import { mountFeedRoutes } from '../feed/mount-feed-routes.ts';
import { mountKeyRoutes } from '../keys/mount-key-routes.ts';
import { mountLookUp } from '../lookup/look-up.ts';
import { mountPortalRoutes } from '../portal/mount-portal-routes.ts';
import { mountSessionRoutes } from '../session/mount-session-routes.ts';
import { mountViewRoutes } from '../views/mount-view-routes.ts';
import { mountForwarded } from './forwarded-operation.ts';
import { mountGetJourney } from './get-journey.ts';

/** The bodies of operations are small. The largest one is a request to be diagnosed. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A published event carries a payload. */
const MAX_EVENT_BODY_BYTES = 26 * 1024 * 1024;

/** Forwarded operations that need more than forwarding. */
const MOUNTED_APART: ReadonlySet<string> = new Set([
  operations.publishEvent.id,
  operations.publishEvents.id,
  operations.getJourney.id,
]);

/**
 * Mounts the whole API. The gateway handles API keys, sessions, alerts, the portal's sessions
 * and saved views itself, and validates and forwards every other operation. For any
 * other path below /api an authenticated caller gets 404, and everybody else 401.
 */
export function mountOperations(app: FastifyInstance, context: RouteContext): void {
  void app.register((scope, _options, done) => {
    parseJsonBodies(scope, MAX_BODY_BYTES);
    context.rateLimits.limitCalls(scope);
    limitPortalBodies(scope, context.findIdentity);
    replayWrites(scope, context.idempotentCalls);
    auditCalls(scope, context);
    mountListAuditEntries(scope, context);
    mountExportAuditEntries(scope, context);
    mountKeyRoutes(scope, context);
    mountAlertRoutes(scope, context);
    mountSessionRoutes(scope, context);
    mountPortalRoutes(scope, context);
    mountViewRoutes(scope, context);
    mountFeedRoutes(scope, context);
    for (const operation of API_OPERATIONS) {
      if (operation.owner !== 'gateway' && !MOUNTED_APART.has(operation.id))
        mountForwarded(scope, operation, context);
    }
    mountGetJourney(scope, context);
    mountLookUp(scope, context);
    mountGraphql(scope, context);
    mountUnknown(scope, context);
    done();
  });
  void app.register((scope, _options, done) => {
    parseJsonBodies(scope, MAX_EVENT_BODY_BYTES);
    context.rateLimits.limitPublishes(scope);
    mountForwarded(scope, operations.publishEvent, context);
    done();
  });
  void app.register((scope, _options, done) => {
    parseJsonBodies(scope, MAX_BATCH_BODY_BYTES);
    context.rateLimits.limitPublishes(scope);
    mountForwarded(scope, operations.publishEvents, context);
    done();
  });
}

function mountUnknown(app: FastifyInstance, { authenticate }: RouteContext): void {
  app.all(
    '/api/*',
    { onRequest: async (request) => void (await authenticate(request, { id: 'unknown', scope: null })) },
    (request) => {
      throw new ApiError('not_found', {
        message: `There is no ${request.method} ${request.url.split('?')[0]}`,
      });
    },
  );
}
