import type { Transaction } from '@hookline/db';
import { announceEnabled } from '../../endpoints/announcements/announce-enabled.ts';
import { releaseOrdering } from '../../pipeline/ordering/release-ordering.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { findNamedEndpoint } from '../../sql/find-endpoint.ts';
import { insertAnnouncements } from '../../sql/insert-announcements.ts';
import { type EndpointChange, updateEndpoint } from '../../sql/update-endpoint.ts';
import { refuseTakenUid } from './refuse-taken-uid.ts';
import { endpointNotFound } from './require-endpoint.ts';

/**
 * Changes an endpoint. Releases the deliveries that its former ordering held back, and announces to the tenant that an
 * endpoint which Hookline had switched off is on again.
 * @param name the id, or `uid:` and the tenant's own id
 * @throws ApiError `not_found`, and `conflict` for an own id that another endpoint has
 */
export async function changeEndpoint(
  tx: Transaction,
  name: string,
  change: (current: EndpointRow) => EndpointChange,
): Promise<EndpointRow> {
  const current = await findNamedEndpoint(tx, name, 'update');
  if (!current) throw endpointNotFound(name);
  const { id } = current;
  const changed = await updateEndpoint(tx, id, change(current)).catch(refuseTakenUid);
  const before = current.ordering;
  const after = changed.deletedAt === null ? changed.ordering : null;
  if (JSON.stringify(after) !== JSON.stringify(before)) await releaseOrdering(tx, id, before, after);
  if (current.disabledAt && changed.active) await insertAnnouncements(tx, [announceEnabled(changed)]);
  return changed;
}
