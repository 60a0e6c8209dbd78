import type { Delivery } from '@hookline/contracts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from './list-deliveries-page.ts';

const RECENT_DELIVERIES = 10;

/** The newest deliveries to an endpoint. */
export async function readRecentDeliveries(
  context: Pick<RouteContext, 'database' | 'waitReason'>,
  { id, tenantId }: Pick<EndpointRow, 'id' | 'tenantId'>,
): Promise<Delivery[]> {
  const { data } = await listDeliveriesPage(context, {
    tenant: tenantId,
    webhookId: id,
    limit: RECENT_DELIVERIES,
    counts: false,
  });
  return data;
}
