import type { Endpoint } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';
import { redactHeaders } from '../../endpoints/headers/redact-headers.ts';
import { maskUrl } from '../../endpoints/mask-url.ts';
import { openEndpointAuth } from '../../endpoints/secrets/endpoint-auth-box.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { redactAuth } from './settings/endpoint-auth.ts';

/** Presents an endpoint without its secrets. The secret parts of its URL, headers and credentials are redacted. */
export function presentEndpoint(row: EndpointRow, secretBox: SecretBox): Endpoint {
  return {
    id: row.id,
    userId: row.tenantId,
    name: row.name,
    uid: row.uid,
    metadata: row.metadata,
    tags: row.tags,
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
    auth: row.auth === null ? null : redactAuth(openEndpointAuth(secretBox, row.id, row.auth)),
    signing: row.signing,
    format: row.format,
    hooklineHeaders: row.hooklineHeaders,
    body: row.body,
    deadlineSeconds: row.deadlineSeconds,
    retryOn: row.retryOn,
    dontRetryOn: row.dontRetryOn,
    whenOff: row.whenOff,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
