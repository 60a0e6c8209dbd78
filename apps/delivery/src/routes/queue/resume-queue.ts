import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { setQueuePaused } from './set-queue-paused.ts';

export function mountResumeQueue(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.resumeQueue, context.authenticate, async () => {
    await setQueuePaused(context, false);
    return { data: { message: 'The queue is running' } };
  });
}
