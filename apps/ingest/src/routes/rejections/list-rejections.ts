import {
  listRejections as operation,
  type Rejection,
  type RejectionCause,
  tenantToRead,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { type Authenticate, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listRejections, type RejectionRow } from '../../sql/list-rejections.ts';
import { toPage } from '../to-page.ts';

export function mountListRejections(
  app: FastifyInstance,
  context: { authenticate: Authenticate; database: Database },
): void {
  mountOperation(app, operation, context.authenticate, async ({ principal, query }) => {
    const rows = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      listRejections(transaction, {
        sourceId: query.sourceId,
        eventId: query.eventId,
        code: query.code,
        beforeId: query.cursor,
        offset: query.offset ?? 0,
        limit: query.limit + 1,
      }),
    );
    return toPage(rows, query.limit, toRejection);
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
    deliveryId: row.deliveryId,
    headers: row.headers,
    bodyStart: row.bodyStart.toString('utf8'),
  };
}
