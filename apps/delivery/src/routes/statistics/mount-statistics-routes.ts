import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountGetActivity } from './get-activity.ts';
import { mountGetEndpointStats } from './get-endpoint-stats.ts';
import { mountGetEventStats } from './get-event-stats.ts';
import { mountGetStatistics } from './get-statistics.ts';
import { mountGetTimeline } from './get-timeline.ts';

/** Operations that read counters. The counters are kept as things happen, so no operation reads the events themselves. */
export function mountStatisticsRoutes(app: FastifyInstance, context: RouteContext): void {
  mountGetStatistics(app, context);
  mountGetTimeline(app, context);
  mountGetEndpointStats(app, context);
  mountGetEventStats(app, context);
  mountGetActivity(app, context);
}
