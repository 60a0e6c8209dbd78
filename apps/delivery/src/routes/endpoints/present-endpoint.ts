import type { Endpoint, EndpointAuth } from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';
import { redactHeaders } from '../../endpoints/headers/redact-headers.ts';
import { maskUrl } from '../../endpoints/mask-url.ts';
import { redactAuth } from './endpoint-auth.ts';

/** An endpoint as the API shows it: without secrets, and with what looks like one in its URL and headers hidden. */
export function presentEndpoint(
  row: typeof endpoints.$inferSelect,
  openAuth: (id: string, sealed: string) => EndpointAuth,
): Endpoint {
  return {
    id: row.id,
    userId: row.tenantId,
    name: row.name,
    url: maskUrl(row.url),
    description: row.description,
    events: row.events,
    active: row.active,
    verified: row.verified,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    disabledReason: row.disabledReason,
    headers: redactHeaders(row.headers),
    maxRetries: row.maxRetries,
    retryDelay: row.retryDelaySeconds,
    retrySchedule: row.retrySchedule,
    timeoutSeconds: row.timeoutSeconds,
    method: row.method,
    filter: row.filter,
    transformation: row.transformation,
    batching: row.batching,
    ordering: row.ordering,
    rateLimit: row.rateLimit,
    auth: row.auth === null ? null : redactAuth(openAuth(row.id, row.auth)),
    signing: row.signing,
    format: row.format,
    hooklineHeaders: row.hooklineHeaders,
    body: row.body,
    deadlineSeconds: row.deadlineSeconds,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
