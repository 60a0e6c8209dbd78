import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireConnectable } from '../../facts/require-connectable.ts';
import { countConnections, listConnections } from '../../sql/list-connections.ts';
import { listPollFacts } from '../../sql/list-poll-facts.ts';
import { listTokenFacts } from '../../sql/list-token-facts.ts';
import type { RouteContext } from '../context.ts';
import { presentConnection } from './present-connection.ts';

export function mountListConnections(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.listConnections, authenticate, ({ principal, query }) => {
    const { userId, provider, status, ...range } = query;
    const filter = {
      provider: provider === undefined ? undefined : requireConnectable(provider, 'querystring/provider').id,
      status,
    };
    return database.withScope(tenantToRead(principal, userId), async (transaction) => {
      const { data, page } = await readPage(range, {
        list: (wanted) => listConnections(transaction, filter, wanted),
        count: (limit) => countConnections(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.connection,
        toItem: (row) => row,
      });
      const ids = data.map(({ id }) => id);
      const byConnection = ({ connectionId }: { connectionId: string }) => connectionId;
      const tokens = Map.groupBy(await listTokenFacts(transaction, ids), byConnection);
      const polls = Map.groupBy(await listPollFacts(transaction, ids), byConnection);
      return {
        data: data.map((row) => presentConnection(row, tokens.get(row.id) ?? [], polls.get(row.id) ?? [])),
        page,
      };
    });
  });
}
