import { managedSourceOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { withholdPushes } from '../../sql/withhold-pushes.ts';
import type { RouteContext } from '../context.ts';

export function mountWithholdPushes(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, managedSourceOperations.withholdPushes, context.authenticate, async ({ body }) => {
    await withholdPushes(context.database, body.sources);
    await context.onSourcesChanged();
    return { data: { message: 'Sources changed' } };
  });
}
