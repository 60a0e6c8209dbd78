import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';
import { missedSince } from './missed-since.ts';
import { startReplay } from './start-replay.ts';

export function mountReplayMissed(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.replayMissed,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const { startDate, endDate, eventType, perSecond, dryRun, expectedCount } = body ?? {};
      const endpoint = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const since = missedSince(endpoint);
      const data = await startReplay(context, principal, query.userId, {
        selection: {
          kind: 'missed',
          webhookId: endpoint.id,
          startDate: startDate ?? since.startDate,
          ...(endDate === undefined ? {} : { endDate }),
          ...(eventType === undefined ? {} : { eventType }),
        },
        lateSince: startDate === undefined ? since.lateSince : undefined,
        perSecond,
        dryRun,
        expectedCount,
      });
      return { data };
    },
  );
}
