import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { setQueuePaused } from './set-queue-paused.ts';

export function mountPauseQueue(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.pauseQueue, context.authenticate, async () => {
    await setQueuePaused(context, true);
    return { data: { message: 'Nothing is sent until the queue is resumed' } };
  });
}
