import { alertFactOperations, MAX_FACTS } from '@hookline/contracts';
import { factsOf, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listSilentSources } from '../../sql/list-silent-sources.ts';
import { listSourcePresence } from '../../sql/list-source-presence.ts';
import type { RouteContext } from '../context.ts';

/** What the gateway asks to check the rules of alerts. */
export function mountAlertFactRoutes(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, alertFactOperations.listSilentSources, authenticate, async ({ body }) => {
    const { userIds: tenants, hours, after = '' } = body;
    const rows = await listSilentSources(database, { tenants, hours, after, limit: MAX_FACTS });
    return factsOf(rows, MAX_FACTS, ({ id }) => id);
  });
  mountOperation(app, alertFactOperations.listSourcePresence, authenticate, async ({ body }) => ({
    data: await listSourcePresence(database, body.ids),
  }));
}
