import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { decodeCursor, mountOperation, pageOf } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listAuditEntries } from '../../sql/list-audit-entries.ts';
import type { RouteContext } from '../context.ts';
import { presentAuditEntry } from './present-audit-entry.ts';
import { readAuditFilter } from './read-audit-filter.ts';

export function mountListAuditEntries(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listAuditEntries, context.authenticate, async ({ principal, query }) => {
    const { limit } = query;
    const filter = readAuditFilter(query);
    const after = decodeCursor(query.cursor, ID_PREFIX.audit);
    const rows = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      listAuditEntries(transaction, filter, { after, limit: limit + 1 }),
    );
    return pageOf(rows, {
      limit,
      cursorOf: ({ id }) => id,
      toItem: (row) => presentAuditEntry(row, principal),
    });
  });
}
