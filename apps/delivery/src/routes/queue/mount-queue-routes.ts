import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountGetQueueStats } from './get-queue-stats.ts';
import { mountPauseQueue } from './pause-queue.ts';
import { mountResumeQueue } from './resume-queue.ts';

/** Operations on all deliveries together: their numbers, and the switch that stops all sending. */
export function mountQueueRoutes(app: FastifyInstance, context: RouteContext): void {
  mountGetQueueStats(app, context);
  mountPauseQueue(app, context);
  mountResumeQueue(app, context);
}
