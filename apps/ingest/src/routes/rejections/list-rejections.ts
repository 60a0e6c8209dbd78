import {
  ID_PREFIX,
  operations,
  type Rejection,
  type RejectionCause,
  tenantToRead,
} from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countRejections, listRejections, type RejectionRow } from '../../sql/list-rejections.ts';
import type { RouteContext } from '../context.ts';
import { summarizeRejection } from './summarize-rejection.ts';

export function mountListRejections(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listRejections, context.authenticate, ({ principal, query }) => {
    const { sourceId, eventId, code } = query;
    const filter = { sourceId, eventId, code };
    return context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      readPage(query, {
        list: (range) => listRejections(transaction, filter, range),
        count: (limit) => countRejections(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.rejection,
        toItem: toRejection,
      }),
    );
  });
}

function toRejection(row: RejectionRow): Rejection {
  const { provider, code, reason, eventId } = row;
  const at = row.createdAt.toISOString();
  return {
    id: row.id,
    at,
    userId: row.tenantId,
    summary: summarizeRejection({ at, provider, code, reason, eventId }),
    provider,
    sourceId: row.sourceId,
    code,
    reason,
    cause: row.cause as RejectionCause | null,
    hint: row.hint,
    wouldMatch: row.wouldMatch,
    eventId,
    providerDeliveryId: row.providerDeliveryId,
    headers: row.headers,
    bodyStart: row.bodyStart.toString('utf8'),
  };
}
