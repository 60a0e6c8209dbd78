import { ApiError, DEFAULT_SIGNING, type EndpointAuth, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';
import type { AddressGuard } from '@hookline/outbound';
import { readHeaders } from '../../../endpoints/headers/endpoint-headers.ts';
import { checkAuth } from './check-auth.ts';
import { checkEndpointUrl } from './check-endpoint-url.ts';
import { checkFilter } from './check-filter.ts';
import { checkMovedSecrets } from './check-moved-secrets.ts';
import { checkRequestSettings } from './check-request-settings.ts';
import { readAuth } from './endpoint-auth.ts';
import { leadsBack } from './leads-back.ts';
import { type EndpointChanges, readSettings } from './read-settings.ts';
import { readUrl } from './read-url.ts';

export interface EndpointColumnsContext {
  guard: AddressGuard;
  /** The origins of this installation. */
  ownOrigins: readonly string[];
  /** The default of `maxRetries`. */
  defaultMaxRetries: number;
  sealHeader: (name: string, value: string) => { sealed: string };
  sealAuth: (auth: EndpointAuth) => string;
  openAuth: (sealed: string) => EndpointAuth;
}

const LOOP =
  'body/url must not lead back into this installation of Hookline, which would send each event again without end: use the address of the receiver';

type Columns = Partial<typeof endpoints.$inferInsert>;
type Current = Pick<
  typeof endpoints.$inferSelect,
  | 'url'
  | 'headers'
  | 'auth'
  | 'signing'
  | 'format'
  | 'hooklineHeaders'
  | 'body'
  | 'transformation'
  | 'batching'
  | 'ordering'
  | 'rateLimit'
  | 'metadata'
>;

/** The columns of an endpoint that does not exist yet. */
export const NO_COLUMNS: Current = {
  url: '',
  headers: {},
  auth: null,
  signing: DEFAULT_SIGNING,
  format: 'event',
  hooklineHeaders: true,
  body: 'verbatim',
  transformation: null,
  batching: null,
  ordering: null,
  rateLimit: null,
  metadata: {},
};

/**
 * Translates the fields of a request to columns. Only the given fields are in the result. Objects are merged with the stored
 * ones.
 * @param current the stored columns: a redacted URL, header or credential stands for the stored one
 * @throws ApiError `invalid_request`, `endpoint_url_not_allowed` or `credentials_required`
 */
export function toEndpointColumns(
  changes: EndpointChanges,
  current: Current,
  { guard, ownOrigins, sealAuth, openAuth, sealHeader, defaultMaxRetries }: EndpointColumnsContext,
): Columns {
  const columns: Columns = {};
  const storedAuth = current.auth === null ? undefined : openAuth(current.auth);
  let auth = storedAuth;
  const body = readSettings(changes, { ...current, auth }, defaultMaxRetries);
  if (body.name !== undefined) columns.name = body.name;
  if (body.url !== undefined) {
    columns.url = readUrl(checkEndpointUrl(body.url, guard), current.url, 'url');
    if (leadsBack(columns.url, ownOrigins)) throw new ApiError('endpoint_url_not_allowed', { message: LOOP });
  }
  if (body.events !== undefined) columns.events = [...new Set(body.events)];
  if (body.description !== undefined) columns.description = body.description;
  if (changes.headers !== undefined)
    columns.headers = readHeaders(changes.headers, current.headers, sealHeader);
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
  if (body.format !== undefined) columns.format = body.format;
  if (body.hooklineHeaders !== undefined) columns.hooklineHeaders = body.hooklineHeaders;
  if (body.body !== undefined) columns.body = body.body;
  if (body.deadlineSeconds !== undefined) columns.deadlineSeconds = body.deadlineSeconds;
  if (body.retryOn !== undefined) columns.retryOn = body.retryOn;
  if (body.dontRetryOn !== undefined) columns.dontRetryOn = body.dontRetryOn;
  if (body.whenOff !== undefined) columns.whenOff = body.whenOff;
  if (body.uid !== undefined) columns.uid = body.uid;
  if (body.metadata !== undefined) columns.metadata = body.metadata;
  if (body.tags !== undefined) columns.tags = [...new Set(body.tags)];
  if (body.auth !== undefined) {
    auth = body.auth === null ? undefined : checkAuth(readAuth(body.auth, auth), guard);
    columns.auth = auth === undefined ? null : sealAuth(auth);
  }
  const next = { ...current, ...columns } as Current;
  checkRequestSettings({ url: next.url, headers: next.headers, auth, signing: next.signing });
  checkCombination(next);
  checkMovedSecrets({ changes, before: { ...current, auth: storedAuth }, after: { ...next, auth } });
  return columns;
}

function resolveRetrySchedule(
  schedule: readonly number[] | keyof typeof RETRY_SCHEDULE_PRESETS | null,
): number[] | null {
  if (schedule === null) return null;
  return typeof schedule === 'string' ? [...RETRY_SCHEDULE_PRESETS[schedule]] : [...schedule];
}

/** @throws ApiError `invalid_request` for settings that exclude each other */
function checkCombination(next: Current): void {
  checkFormat(next);
  const { batching, ordering, transformation } = next;
  if (!batching) return;
  if (ordering) {
    throw new ApiError('invalid_request', {
      message:
        'body/batching must be null for an endpoint with an ordering, which gets one event at a time: remove one of them',
    });
  }
  if (transformation && 'template' in transformation) {
    throw new ApiError('invalid_request', {
      message: `body/batching must be null for the template ${transformation.template}, which sends one message a request: remove one of them`,
    });
  }
}

/** Format "request" sends the original request, which nothing may change. Format "event" needs Hookline's signature. */
function checkFormat({ format, hooklineHeaders, body, batching, transformation }: Current): void {
  if (format === 'event') {
    if (hooklineHeaders) return;
    throw new ApiError('invalid_request', {
      message: 'body/hooklineHeaders must be true, unless body/format is "request"',
    });
  }
  const other = batching ? 'batching' : transformation ? 'transformation' : undefined;
  if (other === undefined && body === 'compact') {
    throw new ApiError('invalid_request', {
      message:
        'body/body must not be "compact" if body/format is "request", which sends each request unchanged: remove one of them',
    });
  }
  if (other === undefined) return;
  throw new ApiError('invalid_request', {
    message: `body/format must be "event" for an endpoint with ${other}, because "request" sends each request unchanged: remove one of them`,
  });
}
