import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countConnections, listConnections } from '../../sql/list-connections.ts';
import { listTokenFacts } from '../../sql/list-token-facts.ts';
import type { RouteContext } from '../context.ts';
import { presentConnection } from './present-connection.ts';

export function mountListConnections(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.listConnections, authenticate, ({ principal, query }) => {
    const { userId, provider, status, ...range } = query;
    const filter = { provider, status };
    return database.withScope(tenantToRead(principal, userId), async (transaction) => {
      const { data, page } = await readPage(range, {
        list: (wanted) => listConnections(transaction, filter, wanted),
        count: (limit) => countConnections(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        toItem: (row) => row,
      });
      const tokens = Map.groupBy(
        await listTokenFacts(
          transaction,
          data.map(({ id }) => id),
        ),
        ({ connectionId }) => connectionId,
      );
      return { data: data.map((row) => presentConnection(row, tokens.get(row.id) ?? [])), page };
    });
  });
}
