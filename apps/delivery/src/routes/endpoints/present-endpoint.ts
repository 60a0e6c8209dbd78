import type { Endpoint } from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';

const SENSITIVE_HEADER =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$|token|secret|password/i;

/** An endpoint as the API shows it: without secrets, and with what looks like one in its headers hidden. */
export function presentEndpoint(row: typeof endpoints.$inferSelect): Endpoint {
  return {
    id: row.id,
    userId: row.tenantId,
    name: row.name,
    url: row.url,
    description: row.description,
    events: row.events,
    active: row.active,
    verified: row.verified,
    disabledReason: row.disabledReason,
    headers: Object.fromEntries(
      Object.entries(row.headers).map(([name, value]) => [
        name,
        SENSITIVE_HEADER.test(name) ? '[redacted]' : value,
      ]),
    ),
    maxRetries: row.maxRetries,
    retryDelay: row.retryDelaySeconds,
    retrySchedule: row.retrySchedule,
    timeoutSeconds: row.timeoutSeconds,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
