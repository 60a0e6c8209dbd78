import { alertFactOperations, MAX_FACTS } from '@hookline/contracts';
import { factsOf, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { FactPage } from '../../sql/fact-page.ts';
import { listConnectionPresence } from '../../sql/list-connection-presence.ts';
import { listLostConnections } from '../../sql/list-lost-connections.ts';
import { listUsedQuotas, placeOfQuota } from '../../sql/list-used-quotas.ts';
import type { RouteContext } from '../context.ts';

const pageOf = ({ userIds, after = '' }: { userIds: string[] | null; after?: string }): FactPage => ({
  tenants: userIds,
  after,
  limit: MAX_FACTS,
});

/** What the gateway asks to check the rules of alerts. */
export function mountAlertFactRoutes(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, alertFactOperations.listLostConnections, authenticate, async ({ body }) =>
    factsOf(await listLostConnections(database, pageOf(body)), MAX_FACTS, ({ id }) => id),
  );
  mountOperation(app, alertFactOperations.listConnectionPresence, authenticate, async ({ body }) => ({
    data: await listConnectionPresence(database, body.ids),
  }));
  mountOperation(app, alertFactOperations.listUsedQuotas, authenticate, async ({ body }) =>
    factsOf(await listUsedQuotas(database, body.percent, pageOf(body)), MAX_FACTS, placeOfQuota),
  );
}
