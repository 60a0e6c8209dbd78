import type { Delivery } from '@hookline/contracts';
import type { deliveries } from '@hookline/db/delivery';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { LaneRegistry } from '../../pipeline/lanes/lane-registry.ts';

type Row = Pick<typeof deliveries.$inferSelect, 'endpointId' | 'status' | 'dueAt'>;

/** What a delivery waits for beside the time of its next attempt; null: nothing else, or it does not wait. */
export type WaitReason = (delivery: Row) => Delivery['waitsFor'];

/** What waits for its turn is due at infinity, which is no Date. */
export const hasTime = (date: Date | null): date is Date => date !== null && !Number.isNaN(date.getTime());

/** Lanes are seen as this replica has them; each has its own. */
export function createWaitReason(
  catalog: Pick<EndpointCatalog, 'get' | 'paused'>,
  lanes: Pick<LaneRegistry, 'healthOf'>,
  databaseNowMs: () => number,
): WaitReason {
  return ({ endpointId, status, dueAt }) => {
    if (status !== 'pending' && status !== 'retrying') return null;
    if (!hasTime(dueAt)) return 'ordering';
    const endpoint = catalog.get(endpointId);
    if (endpoint && !endpoint.active && !endpoint.deleted) return 'endpoint';
    if (dueAt.getTime() > databaseNowMs()) return null;
    if (catalog.paused) return 'queue';
    const { state } = lanes.healthOf(endpointId);
    return state === 'open' || state === 'half_open' ? 'receiver' : state === 'limited' ? 'limit' : null;
  };
}
