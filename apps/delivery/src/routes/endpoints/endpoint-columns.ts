import type { Endpoint, EndpointAuth, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';
import type { AddressGuard } from '@hookline/outbound';
import { checkEndpointUrl, checkText, resolveRetrySchedule } from './check-endpoint.ts';
import { checkFilter } from './check-shaping.ts';
import { readAuth } from './endpoint-auth.ts';
import { readHeaders } from './endpoint-headers.ts';

/** What a request may say of an endpoint, to make one or to change one. */
export type EndpointFields = Partial<
  Pick<
    Endpoint,
    | 'name'
    | 'url'
    | 'events'
    | 'description'
    | 'headers'
    | 'maxRetries'
    | 'retryDelay'
    | 'timeoutSeconds'
    | 'active'
    | 'method'
    | 'filter'
    | 'transformation'
    | 'batching'
    | 'ordering'
    | 'rateLimit'
    | 'signing'
    | 'deadlineSeconds'
  > & {
    retrySchedule: readonly number[] | keyof typeof RETRY_SCHEDULE_PRESETS | null;
    auth: EndpointAuth | null;
  }
>;

export interface EndpointColumnsContext {
  guard: AddressGuard;
  sealAuth: (auth: EndpointAuth) => string;
  openAuth: (sealed: string) => EndpointAuth;
}

type Columns = Partial<typeof endpoints.$inferInsert>;

/**
 * The columns that a request sets; what it leaves out is left out here.
 * @param current what is there: a header or a credential that comes back as it was shown, redacted, stays as it is
 * @throws ApiError `invalid_request` or `endpoint_url_not_allowed`
 */
export function toEndpointColumns(
  body: EndpointFields,
  current: { headers: Record<string, string>; auth: string | null },
  { guard, sealAuth, openAuth }: EndpointColumnsContext,
): Columns {
  const columns: Columns = {};
  if (body.name !== undefined) columns.name = checkText('name', body.name);
  if (body.url !== undefined) columns.url = checkEndpointUrl(body.url, guard);
  if (body.events !== undefined) columns.events = [...new Set(body.events)];
  if (body.description !== undefined) columns.description = checkText('description', body.description);
  if (body.headers !== undefined) columns.headers = readHeaders(body.headers, current.headers);
  if (body.maxRetries !== undefined) columns.maxRetries = body.maxRetries;
  if (body.retryDelay !== undefined) columns.retryDelaySeconds = body.retryDelay;
  if (body.retrySchedule !== undefined) columns.retrySchedule = resolveRetrySchedule(body.retrySchedule);
  if (body.timeoutSeconds !== undefined) columns.timeoutSeconds = body.timeoutSeconds;
  if (body.active !== undefined) columns.active = body.active;
  if (body.method !== undefined) columns.method = body.method;
  if (body.filter !== undefined) columns.filter = body.filter;
  if (body.filter) checkFilter(body.filter);
  if (body.transformation !== undefined) columns.transformation = body.transformation;
  if (body.batching !== undefined) columns.batching = body.batching;
  if (body.ordering !== undefined) columns.ordering = body.ordering;
  if (body.rateLimit !== undefined) columns.rateLimit = body.rateLimit;
  if (body.signing !== undefined) columns.signing = body.signing;
  if (body.deadlineSeconds !== undefined) columns.deadlineSeconds = body.deadlineSeconds;
  if (body.auth !== undefined) {
    const known = current.auth === null ? undefined : openAuth(current.auth);
    columns.auth = body.auth === null ? null : sealAuth(readAuth(body.auth, known));
  }
  return columns;
}
