import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { warnOfErrorCode, warnOfFilter, warnOfProvider, withWarnings } from '../warnings.ts';
import { startReplay } from './start-replay.ts';

/** A shorter form of createReplay: the selection stands in the body itself. */
export function mountReplayDeadLetters(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.replayDeadLetters, context.authenticate, async ({ principal, body }) => {
    const {
      userId,
      targetWebhookId,
      filter,
      transformation,
      perSecond,
      dryRun,
      expectedCount,
      ...selection
    } = body ?? {};
    const data = await startReplay(context, principal, userId, {
      targetWebhookId,
      filter,
      transformation,
      perSecond,
      dryRun,
      expectedCount,
      selection: { kind: 'dead_letters', ...selection },
    });
    const warnings = [
      ...warnOfProvider(selection.provider, 'body/provider'),
      ...warnOfErrorCode(selection.errorCode, 'body/errorCode'),
      ...warnOfFilter(filter),
    ];
    return { data, ...withWarnings(warnings) };
  });
}
