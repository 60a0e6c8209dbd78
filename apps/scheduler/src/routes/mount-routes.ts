import type { FastifyInstance } from 'fastify';
import { mountConnectionRoutes } from './connections/mount-connection-routes.ts';
import { mountPollConnection } from './connections/poll-connection.ts';
import type { RouteContext } from './context.ts';
import { mountListJobs } from './jobs/list-jobs.ts';
import { mountOAuthRoutes } from './oauth/mount-oauth-routes.ts';
import { mountOAuthAppRoutes } from './oauth-apps/mount-oauth-app-routes.ts';
import { mountScheduleRoutes } from './schedules/mount-schedule-routes.ts';

export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListJobs(app, context);
  mountPollConnection(app, context);
  mountScheduleRoutes(app, context);
  mountOAuthAppRoutes(app, context);
  mountOAuthRoutes(app, context);
  mountConnectionRoutes(app, context);
}
