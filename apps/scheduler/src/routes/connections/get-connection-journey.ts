import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countJournal, listJournal } from '../../sql/list-journal.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection } from './require-connection.ts';

export function mountGetConnectionJourney(
  app: FastifyInstance,
  { authenticate, database }: RouteContext,
): void {
  mountOperation(app, operations.getConnectionJourney, authenticate, ({ principal, params, query }) => {
    const { userId, ...range } = query;
    return database.withScope(tenantToRead(principal, userId), async (transaction) => {
      // How the revocation of its grant ended is of interest after the deletion.
      const { id } = await requireConnection(transaction, params.id, { withDeleted: true });
      return await readPage(range, {
        list: (wanted) => listJournal(transaction, id, wanted),
        count: (limit) => countJournal(transaction, id, limit),
        cursorOf: (entry) => entry.id,
        idPrefix: ID_PREFIX.connectionJournal,
        toItem: ({ id: entryId, at, kind, outcome, text, detail }) => ({
          id: entryId,
          at: at.toISOString(),
          kind,
          outcome,
          text,
          detail,
        }),
      });
    });
  });
}
