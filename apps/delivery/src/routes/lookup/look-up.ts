import { type Findings, serviceLookupOperations, tenantToRead } from '@hookline/contracts';
import { type Database, isStatementTimeout } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { searchEndpoints } from '../../sql/search-endpoints.ts';
import { searchEvents } from '../../sql/search-events.ts';
import type { RouteContext } from '../context.ts';
import { findById, toFoundEndpoint } from './find-by-id.ts';
import { findByProvider } from './find-by-provider.ts';
import { toFoundEvent } from './to-found-event.ts';

/** The most things of one kind. */
const MAX_FOUND = 10;

/** Finds events, deliveries, attempts, endpoints and replays: by id, else by a provider's delivery id, else by a search. */
export function mountLookUp(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(
    app,
    serviceLookupOperations.lookUpInDelivery,
    authenticate,
    async ({ principal, query }) => {
      const tenant = tenantToRead(principal, query.userId);
      const found = await database.withScope(tenant, async (tx) => {
        const byId = await findById(tx, query.q);
        if (byId !== undefined) return byId;
        const byProvider = await findByProvider(tx, tenant, query.q, MAX_FOUND);
        return byProvider.length > 0 ? byProvider : undefined;
      });
      return {
        data: found === undefined ? await search(database, tenant, query.q) : { found, isComplete: true },
      };
    },
  );
}

/** Each search has a transaction of its own: one that runs out of time takes nothing from the other. */
async function search(database: Database, tenant: string | undefined, text: string): Promise<Findings> {
  const wanted = { tenant, text, limit: MAX_FOUND };
  const endpoints = await database.withScope(tenant, (tx) => searchEndpoints(tx, wanted));
  const events = await database
    .withScope(tenant, (tx) => searchEvents(tx, wanted))
    .catch((error: unknown) => {
      if (isStatementTimeout(error)) return undefined;
      throw error;
    });
  return {
    found: [
      ...endpoints.map((row) => toFoundEndpoint(row, row.isUid ? 'id' : row.isName ? 'name' : 'address')),
      ...(events?.found ?? []).map((row) => toFoundEvent(row, row.matchedBy)),
    ],
    isComplete: events?.isComplete ?? false,
  };
}
