import type { FastifyInstance } from 'fastify';
import { mountAlertFactRoutes } from './alert-facts/mount-alert-fact-routes.ts';
import { mountGetReconciliation } from './connections/get-reconciliation.ts';
import { mountListResources } from './connections/list-resources.ts';
import { mountConnectionRoutes } from './connections/mount-connection-routes.ts';
import { mountPollConnection } from './connections/poll-connection.ts';
import type { RouteContext } from './context.ts';
import { mountListJobs } from './jobs/list-jobs.ts';
import { mountLookUp } from './lookup/look-up.ts';
import { mountOAuthRoutes } from './oauth/mount-oauth-routes.ts';
import { mountAppPushes } from './oauth-apps/app-pushes.ts';
import { mountOAuthAppRoutes } from './oauth-apps/mount-oauth-app-routes.ts';
import { mountScheduleRoutes } from './schedules/mount-schedule-routes.ts';
import { mountListRegisteredWebhooks } from './webhooks/list-registered-webhooks.ts';

export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListJobs(app, context);
  mountPollConnection(app, context);
  mountScheduleRoutes(app, context);
  mountOAuthAppRoutes(app, context);
  mountOAuthRoutes(app, context);
  mountConnectionRoutes(app, context);
  mountListRegisteredWebhooks(app, context);
  mountGetReconciliation(app, context);
  mountListResources(app, context);
  mountAppPushes(app, context);
  mountAlertFactRoutes(app, context);
  mountLookUp(app, context);
}
