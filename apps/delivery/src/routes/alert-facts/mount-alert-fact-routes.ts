import { alertFactOperations, MAX_FACTS } from '@hookline/contracts';
import { factsOf, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readUnaccounted } from '../../operations/ledger/check-ledger.ts';
import { countOpenDeliveries } from '../../sql/count-open-deliveries.ts';
import { countRecentDeadLetters } from '../../sql/count-recent-dead-letters.ts';
import type { FactPage } from '../../sql/fact-page.ts';
import { listEndpointPresence } from '../../sql/list-endpoint-presence.ts';
import { listFailingEndpoints } from '../../sql/list-failing-endpoints.ts';
import type { RouteContext } from '../context.ts';

const pageOf = ({ userIds, after = '' }: { userIds: string[] | null; after?: string }): FactPage => ({
  tenants: userIds,
  after,
  limit: MAX_FACTS,
});

/** What the gateway asks to check the rules of alerts. */
export function mountAlertFactRoutes(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, alertFactOperations.listFailingEndpoints, authenticate, async ({ body }) =>
    factsOf(await listFailingEndpoints(database, pageOf(body)), MAX_FACTS, ({ id }) => id),
  );
  mountOperation(app, alertFactOperations.listEndpointPresence, authenticate, async ({ body }) => ({
    data: await listEndpointPresence(database, body.ids),
  }));
  mountOperation(app, alertFactOperations.countRecentDeadLetters, authenticate, async ({ body }) =>
    factsOf(
      await countRecentDeadLetters(database, body.withinMinutes, pageOf(body)),
      MAX_FACTS,
      ({ userId }) => userId ?? '',
    ),
  );
  mountOperation(app, alertFactOperations.countOpenDeliveries, authenticate, async ({ body }) =>
    factsOf(await countOpenDeliveries(database, pageOf(body)), MAX_FACTS, ({ userId }) => userId ?? ''),
  );
  mountOperation(app, alertFactOperations.countUnaccounted, authenticate, async () => ({
    data: [{ userId: null, unaccounted: await readUnaccounted(database) }],
    next: null,
  }));
}
