import { ApiError, DEFAULT_SIGNING, type EndpointAuth, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';
import type { AddressGuard } from '@hookline/outbound';
import { readHeaders } from '../../../endpoints/headers/endpoint-headers.ts';
import { checkAuth } from './check-auth.ts';
import { checkEndpointUrl } from './check-endpoint-url.ts';
import { checkFilter } from './check-filter.ts';
import { checkRequestSettings } from './check-request-settings.ts';
import { readAuth } from './endpoint-auth.ts';
import { leadsBack } from './leads-back.ts';
import { type EndpointChanges, readSettings } from './read-settings.ts';
import { readUrl } from './read-url.ts';

export interface EndpointColumnsContext {
  guard: AddressGuard;
  /** At which this installation is reached. */
  ownOrigins: readonly string[];
  /** How often is tried again where an endpoint does not say. */
  defaultMaxRetries: number;
  sealHeader: (name: string, value: string) => { sealed: string };
  sealAuth: (auth: EndpointAuth) => string;
  openAuth: (sealed: string) => EndpointAuth;
}

const LOOP =
  'body/url leads back into this installation of Hookline, which would send each event again, without end: give the address of the receiver itself';

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
>;

/** Of an endpoint that is yet to be made. */
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
};

/**
 * The columns that a request sets; what it leaves out is left out here. What it has is merged with what is there.
 * @param current what is there: a URL, a header or a credential that comes back as it was shown, redacted, stays as it is
 * @throws ApiError `invalid_request` or `endpoint_url_not_allowed`
 */
export function toEndpointColumns(
  changes: EndpointChanges,
  current: Current,
  { guard, ownOrigins, sealAuth, openAuth, sealHeader, defaultMaxRetries }: EndpointColumnsContext,
): Columns {
  const columns: Columns = {};
  let auth = current.auth === null ? undefined : openAuth(current.auth);
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
  if (body.auth !== undefined) {
    auth = body.auth === null ? undefined : checkAuth(readAuth(body.auth, auth), guard);
    columns.auth = auth === undefined ? null : sealAuth(auth);
  }
  const next = { ...current, ...columns } as Current;
  checkRequestSettings({ url: next.url, headers: next.headers, auth, signing: next.signing });
  checkCombination(next);
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
        'body/batching: an endpoint that wants an order gets one event at a time: remove ordering, or batching',
    });
  }
  if (transformation && 'template' in transformation) {
    throw new ApiError('invalid_request', {
      message: `body/batching: what ${transformation.template} takes is one message a request: remove the template, or batching`,
    });
  }
}

/** What a request is as it came in, nothing else can shape: and an event without a signature of ours proves nothing. */
function checkFormat({ format, hooklineHeaders, body, batching, transformation }: Current): void {
  if (format === 'event') {
    if (hooklineHeaders) return;
    throw new ApiError('invalid_request', {
      message: 'body/hooklineHeaders: only an endpoint with body/format "request" can do without our headers',
    });
  }
  const other = batching ? 'batching' : transformation ? 'transformation' : undefined;
  if (other === undefined && body === 'compact') {
    throw new ApiError('invalid_request', {
      message:
        'body/body: "compact" writes the payload of an event anew, and body/format "request" sends each request as it came in: leave one of the two out',
    });
  }
  if (other === undefined) return;
  throw new ApiError('invalid_request', {
    message: `body/format: "request" sends each request as it came in: remove ${other}, or set the format to "event"`,
  });
}
