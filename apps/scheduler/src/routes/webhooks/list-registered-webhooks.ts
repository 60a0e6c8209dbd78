import { ID_PREFIX, operations, type RegisteredWebhook, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import {
  countRegisteredWebhooks,
  listRegisteredWebhooks,
  type RegisteredRow,
} from '../../sql/list-registered-webhooks.ts';
import type { RouteContext } from '../context.ts';

export function mountListRegisteredWebhooks(
  app: FastifyInstance,
  { authenticate, database }: RouteContext,
): void {
  mountOperation(app, operations.listRegisteredWebhooks, authenticate, (call) => {
    const { userId, connectionId, ...query } = call.query;
    const filter = { connectionId };
    return database.withScope(tenantToRead(call.principal, userId), (transaction) =>
      readPage(query, {
        list: (range) => listRegisteredWebhooks(transaction, filter, range),
        count: (limit) => countRegisteredWebhooks(transaction, filter, limit),
        cursorOf: ({ row }) => row.id,
        idPrefix: ID_PREFIX.platformWebhook,
        toItem: toRegisteredWebhook,
      }),
    );
  });
}

function toRegisteredWebhook({ row, nextCheckAt, nextComparisonAt }: RegisteredRow): RegisteredWebhook {
  const timeOf = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    userId: row.tenantId,
    platform: row.platform,
    webhookId: row.webhookId,
    webhookUrl: row.webhookUrl,
    events: row.events,
    metadata: { ...row.metadata, watch: row.watch, connections: row.connectionIds },
    active: row.active,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    connectionId: row.connectionId,
    resource: { id: row.resource, name: row.resourceName },
    status: row.status,
    reason: row.reason,
    message: row.message,
    verifiedAt: timeOf(row.verifiedAt),
    expiresAt: timeOf(row.expiresAt),
    lastCheckedAt: timeOf(row.lastCheckedAt),
    nextCheckAt: timeOf(nextCheckAt),
    nextComparisonAt: timeOf(nextComparisonAt),
  };
}
