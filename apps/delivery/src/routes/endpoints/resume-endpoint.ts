import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { type MissedSince, missedSince } from '../replays/missed-since.ts';
import { startReplay } from '../replays/start-replay.ts';
import { changeEndpoint } from './change-endpoint.ts';
import { presentEndpoint } from './present-endpoint.ts';

export function mountResumeEndpoint(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.resumeEndpoint,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      let missed: MissedSince | undefined;
      const row = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        changeEndpoint(tx, params.id, (current) => {
          if (!current.active) missed = missedSince(current);
          return { active: true, disabledAt: null, disabledReason: null, resumed: true };
        }),
      );
      const replay =
        body?.catchUp === true && missed !== undefined
          ? await startReplay(context, principal, query.userId, {
              selection: { kind: 'missed', webhookId: row.id, startDate: missed.startDate },
              lateSince: missed.lateSince,
            })
          : null;
      return {
        data: {
          ...presentEndpoint(row, context.secretBox),
          missedSince: missed?.startDate ?? null,
          replay,
        },
      };
    },
  );
}
