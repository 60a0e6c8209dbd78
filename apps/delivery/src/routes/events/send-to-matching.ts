import type { Principal } from '@hookline/contracts';
import { events } from '@hookline/db/delivery';
import type { CompiledFilter } from '@hookline/filters';
import { and, eq } from 'drizzle-orm';
import { sendAgain } from '../../operations/replays/send-again.ts';
import type { RouteContext } from '../context.ts';
import { toAttributes } from '../shaping/tried-event.ts';
import type { EventRow } from './present-event.ts';

/** A test of one endpoint is for that one alone. */
const TEST_TYPE = 'webhook.test';

/**
 * Sends an event that no endpoint got to those that want it now, by their types and their filters.
 * @returns to how many
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
    const [row] = await database.withScope(event.tenantId, (tx) =>
      tx
        .select({ payload: events.payload })
        .from(events)
        .where(and(eq(events.id, event.id), eq(events.createdAt, event.createdAt))),
    );
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
  // Nobody got it, so there is none to begin again.
  return database.withSystem((tx) =>
    sendAgain(tx, { replayId: null, trigger, candidates, statuses: ['failed'] }),
  );
}
