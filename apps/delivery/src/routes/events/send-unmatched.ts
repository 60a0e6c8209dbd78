import { ApiError, type Principal } from '@hookline/contracts';
import type { EventRow } from '../../sql/event-row.ts';
import type { RouteContext } from '../context.ts';
import { sendToMatching } from './send-to-matching.ts';

/**
 * Sends an event that no endpoint got, or only endpoints that were deleted since, to the endpoints that match it now. Runs
 * outside of the tenant's transaction, because a tenant may not insert deliveries.
 * @returns the number of endpoints
 * @throws ApiError `conflict` when no endpoint matches
 */
export async function sendUnmatched(
  context: Pick<RouteContext, 'catalog' | 'database' | 'filters'>,
  event: EventRow,
  trigger: Principal['role'],
): Promise<number> {
  const endpoints = await sendToMatching(context, event, trigger);
  if (endpoints > 0) return endpoints;
  throw new ApiError('conflict', {
    message: `No endpoint that is switched on matches this event (${event.type}): subscribe an endpoint to its type, then send the event again`,
  });
}
