import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listEditedReplays } from '../../sql/list-edited-replays.ts';
import { listEndpointNames } from '../../sql/list-endpoint-names.ts';
import { listEventAttempts, listEventDeliveries } from '../../sql/list-event-deliveries.ts';
import { listLocalResults } from '../../sql/list-local-results.ts';
import { listRepeats } from '../../sql/list-repeats.ts';
import type { RouteContext } from '../context.ts';
import { readParking } from '../deliveries/read-parking.ts';
import { buildJourney } from './build-journey.ts';
import { progressOf } from './event-progress.ts';
import { statusOf } from './event-status.ts';
import { presentEvent } from './present-event.ts';
import { requireEvent } from './require-event.ts';
import { summarizeJourney } from './summarize-journey.ts';
import { toJourneyFacts } from './to-journey-facts.ts';
import { whenStored } from './when-stored.ts';

export function mountGetJourney(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getJourney, context.authenticate, ({ principal, params, query }) =>
    whenStored(params.id, () =>
      context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const event = await requireEvent(tx, params.id);
        const deliveries = await listEventDeliveries(tx, event);
        const attempts = await listEventAttempts(tx, event);
        const parking = await readParking(tx, deliveries);
        const facts = toJourneyFacts({ event, deliveries, attempts }, context.waitReason, parking);
        const steps = await buildJourney({
          event,
          deliveries,
          attempts,
          parking,
          duplicates: await listRepeats(tx, event.id),
          editedReplays: await listEditedReplays(tx, event),
          localResults: await listLocalResults(tx, event),
          endpointNames: await listEndpointNames(tx, [
            ...deliveries.map(({ endpointId }) => endpointId),
            ...(event.unmatched ?? []).map(([endpointId]) => endpointId),
          ]),
        });
        return {
          data: {
            summary: summarizeJourney(facts, context.databaseNowMs()),
            event: presentEvent(event, statusOf(deliveries), progressOf(deliveries)),
            steps,
          },
        };
      }),
    ),
  );
}
