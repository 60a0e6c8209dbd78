import type { FastifyInstance } from 'fastify';
import { mountPollConnection } from './connections/poll-connection.ts';
import type { RouteContext } from './context.ts';
import { mountListJobs } from './jobs/list-jobs.ts';
import { mountScheduleRoutes } from './schedules/mount-schedule-routes.ts';

export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListJobs(app, context);
  mountPollConnection(app, context);
  mountScheduleRoutes(app, context);
}
