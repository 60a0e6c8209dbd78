import type { announcements } from '@hookline/db/delivery';
import type { EndpointRow } from '../../sql/endpoint-row.ts';

/** Answers the announcement that Hookline had switched the endpoint off. */
export const announceEnabled = (row: EndpointRow): typeof announcements.$inferInsert => ({
  id: `endpoint.enabled:${row.id}:${row.version}`,
  tenantId: row.tenantId,
  endpointId: row.id,
  type: 'endpoint.enabled',
  data: { webhookId: row.id, name: row.name, url: row.url, enabledAt: row.updatedAt.toISOString() },
});
