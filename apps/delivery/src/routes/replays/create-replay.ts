import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { warnOfErrorCode, warnOfFilter, warnOfProvider, withWarnings } from '../warnings.ts';
import { startReplay } from './start-replay.ts';

export function mountCreateReplay(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.createReplay, context.authenticate, async ({ principal, body }) => {
    const { userId, ...request } = body;
    const { provider, errorCode } = request.selection;
    const data = await startReplay(context, principal, userId, request);
    const warnings = [
      ...warnOfProvider(provider, 'body/selection/provider'),
      ...warnOfErrorCode(errorCode, 'body/selection/errorCode'),
      ...warnOfFilter(request.filter),
    ];
    return { data, ...withWarnings(warnings) };
  });
}
