import { operations, type Rejection, type RejectionCause, tenantToRead } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import {
  type Authenticate,
  decodeCursor,
  MAX_COUNTED,
  mountOperation,
  pageOf,
  toTotal,
} from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countRejections, listRejections, type RejectionRow } from '../../sql/list-rejections.ts';

export function mountListRejections(
  app: FastifyInstance,
  context: { authenticate: Authenticate; database: Database },
): void {
  mountOperation(app, operations.listRejections, context.authenticate, async ({ principal, query }) => {
    const { limit, offset = 0 } = query;
    const filter = {
      sourceId: query.sourceId,
      eventId: query.eventId,
      code: query.code,
      beforeId: decodeCursor(query.cursor),
      offset,
      limit: limit + 1,
    };
    return context.database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const rows = await listRejections(transaction, filter);
      const total =
        filter.beforeId === undefined
          ? toTotal(await countRejections(transaction, filter, MAX_COUNTED + 1))
          : undefined;
      return pageOf(rows, { limit, offset, total, cursorOf: ({ id }) => id, toItem: toRejection });
    });
  });
}

function toRejection(row: RejectionRow): Rejection {
  return {
    id: row.id,
    at: row.createdAt.toISOString(),
    userId: row.tenantId,
    provider: row.provider,
    sourceId: row.sourceId,
    code: row.code,
    reason: row.reason,
    cause: row.cause as RejectionCause | null,
    hint: row.hint,
    wouldMatch: row.wouldMatch,
    eventId: row.eventId,
    providerDeliveryId: row.providerDeliveryId,
    headers: row.headers,
    bodyStart: row.bodyStart.toString('utf8'),
  };
}
