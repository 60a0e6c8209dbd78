import { countNouns, operations, type StartedReplay } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { startReplay } from './start-replay.ts';

/** Two paths for the same: both replay all dead letters, or those of one endpoint. */
export function mountRetryFailed(app: FastifyInstance, context: RouteContext): void {
  for (const operation of [operations.retryFailedWebhooks, operations.retryFailedQueue]) {
    mountOperation(app, operation, context.authenticate, async ({ principal, body }) => {
      const { userId, webhookId } = body ?? {};
      const replay = await startReplay(context, principal, userId, {
        selection: { kind: 'dead_letters', ...(webhookId === undefined ? {} : { webhookId }) },
      });
      return { data: { message: describe(replay), replay } };
    });
  }
}

function describe({ total, totalExact }: StartedReplay): string {
  const deliveries = countNouns(total, 'delivery that gave up is', 'deliveries that gave up are');
  return `${totalExact ? '' : 'More than '}${deliveries} sent again`;
}
