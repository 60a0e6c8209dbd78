import type { Delivery } from '@hookline/contracts';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { LaneRegistry } from '../../pipeline/lanes/lane-registry.ts';
import type { DeliveryRow } from '../../sql/delivery-row.ts';

type Row = Pick<DeliveryRow, 'endpointId' | 'status' | 'dueAt'>;

/** What a delivery waits for besides the time of its next attempt; null if for nothing else, or if it does not wait. */
export type WaitReason = (delivery: Row) => Delivery['waitsFor'];

/** A delivery behind others of its ordering key is due at infinity, which is no valid Date. */
export const hasTime = (date: Date | null): date is Date => date !== null && !Number.isNaN(date.getTime());

/** Uses the lanes of this replica. Each replica has its own. */
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
