import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { decodeCursor, type ExportPage, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { type AuditEntryRow, listAuditEntries } from '../../sql/list-audit-entries.ts';
import type { RouteContext } from '../context.ts';
import { presentAuditEntry } from './present-audit-entry.ts';
import { readAuditFilter } from './read-audit-filter.ts';

/** Entries that are read at a time. */
const PAGE_ENTRIES = 500;

export function mountExportAuditEntries(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, exports } = context;
  mountOperation(app, operations.exportAuditEntries, authenticate, ({ principal, query, request, reply }) => {
    const { cursor } = query;
    const filter = readAuditFilter(query);
    const tenant = tenantToRead(principal, query.userId);
    const readPage = (after: string | undefined) =>
      database.withScope(tenant, (transaction) =>
        listAuditEntries(transaction, filter, { after, limit: PAGE_ENTRIES }),
      );
    const toLine = (row: AuditEntryRow) => JSON.stringify(presentAuditEntry(row, principal));
    const pages = readPages(readPage, toLine, decodeCursor(cursor, ID_PREFIX.audit));
    return exports.send(request, reply, { tenant, filename: 'audit', cursor, pages });
  });
}

/** Each page has a transaction of its own: none is open while the caller reads. */
async function* readPages(
  readPage: (after: string | undefined) => Promise<AuditEntryRow[]>,
  toLine: (row: AuditEntryRow) => string,
  begin: string | undefined,
): AsyncGenerator<ExportPage> {
  let after = begin;
  for (;;) {
    const rows = await readPage(after);
    after = rows.at(-1)?.id;
    if (after === undefined) return;
    yield { lines: rows.map(toLine), position: after };
    if (rows.length < PAGE_ENTRIES) return;
  }
}
