import type { Transaction } from '@hookline/db';
import type { announcements } from '@hookline/db/delivery';
import { releaseOrdering } from '../../pipeline/ordering/release-ordering.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { insertAnnouncement } from '../../sql/insert-announcement.ts';
import { lockEndpoint } from '../../sql/lock-endpoint.ts';
import { type EndpointChange, updateEndpoint } from '../../sql/update-endpoint.ts';
import { endpointNotFound } from './require-endpoint.ts';

/**
 * Changes an endpoint. Releases the deliveries that its former ordering held back, and announces to the tenant that an
 * endpoint which Hookline had switched off is on again.
 * @throws ApiError `not_found`
 */
export async function changeEndpoint(
  tx: Transaction,
  id: string,
  change: (current: EndpointRow) => EndpointChange,
): Promise<EndpointRow> {
  const current = await lockEndpoint(tx, id);
  if (!current) throw endpointNotFound();
  const changed = await updateEndpoint(tx, id, change(current));
  const before = current.ordering;
  const after = changed.deletedAt === null ? changed.ordering : null;
  if (JSON.stringify(after) !== JSON.stringify(before)) await releaseOrdering(tx, id, before, after);
  if (current.disabledAt && changed.active) await insertAnnouncement(tx, announceEnabled(changed));
  return changed;
}

/** Answers the announcement that the endpoint was switched off. */
function announceEnabled(row: EndpointRow): typeof announcements.$inferInsert {
  return {
    id: `endpoint.enabled:${row.id}:${row.version}`,
    tenantId: row.tenantId,
    endpointId: row.id,
    type: 'endpoint.enabled',
    data: { webhookId: row.id, name: row.name, url: row.url, enabledAt: row.updatedAt.toISOString() },
  };
}
