import type { Principal } from '@hookline/contracts';
import type { CompiledFilter } from '@hookline/filters';
import { sendAgain } from '../../operations/replays/send-again.ts';
import type { EventRow } from '../../sql/event-row.ts';
import { findStoredEvent } from '../../sql/find-event.ts';
import type { RouteContext } from '../context.ts';
import { toAttributes } from '../shaping/tried-event.ts';

/** An event that tests one endpoint is sent to no other endpoint. */
const TEST_TYPE = 'webhook.test';

/**
 * Sends an event that no endpoint got to the endpoints whose event types and filters match it now.
 * @returns the number of endpoints
 */
export async function sendToMatching(
  { catalog, database, filters }: Pick<RouteContext, 'catalog' | 'database' | 'filters'>,
  event: EventRow,
  trigger: Principal['role'],
): Promise<number> {
  if (event.type === TEST_TYPE) return 0;
  await catalog.refresh();
  const { matched } = catalog.match(event.tenantId, event.type, undefined);
  const unfiltered = matched.filter(({ filter }) => filter === undefined);
  const filtered = matched.filter(({ filter }) => filter !== undefined);
  let wanted = unfiltered;
  if (filtered.length > 0) {
    const row = await database.withScope(event.tenantId, (tx) => findStoredEvent(tx, event.id));
    if (!row) return 0;
    const verdicts = await filters.evaluate(
      toAttributes(event),
      row.payload,
      filtered.map(({ filter }) => filter as CompiledFilter),
    );
    wanted = [...unfiltered, ...filtered.filter((_, index) => verdicts[index]?.mismatch === undefined)];
  }
  const candidates = wanted.map(({ id }) => ({
    eventId: event.id,
    sourceEndpointId: id,
    endpointId: id,
    createdAt: event.createdAt.toISOString(),
  }));
  // There is no delivery of the event, so the status of existing deliveries does not matter.
  return database.withSystem((tx) =>
    sendAgain(tx, { replayId: null, trigger, candidates, statuses: ['failed'] }),
  );
}
