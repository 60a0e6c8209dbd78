import type {
  Batching,
  EndpointBody,
  EndpointFormat,
  Filter,
  HttpMethod,
  Ordering,
  RateLimit,
  Signing,
  Transformation,
  WhenOff,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { StoredHeaders, StoredSecret, StoredSigningKey } from '@hookline/db/delivery';

export interface EndpointRow {
  id: string;
  tenantId: string;
  name: string;
  url: string;
  events: string[];
  active: boolean;
  headers: StoredHeaders;
  maxRetries: number;
  retryDelaySeconds: number;
  retrySchedule: number[] | null;
  timeoutSeconds: number;
  method: HttpMethod;
  filter: Filter | null;
  transformation: Transformation | null;
  batching: Batching | null;
  ordering: Ordering | null;
  rateLimit: RateLimit | null;
  /** The sealed credentials. */
  auth: string | null;
  signing: Signing;
  format: EndpointFormat;
  hooklineHeaders: boolean;
  body: EndpointBody;
  deadlineSeconds: number | null;
  retryOn: string[] | null;
  dontRetryOn: string[] | null;
  whenOff: WhenOff;
  secrets: StoredSecret[];
  signingKeys: StoredSigningKey[];
  version: number;
  /** RFC 3339. */
  resumedAt: string | null;
  deleted: boolean;
}

/** Loads endpoints that changed after a version of the catalog, oldest change first. Deleted endpoints are included. */
export async function loadChangedEndpoints(database: Database, afterVersion: number): Promise<EndpointRow[]> {
  const { rows } = await database.system<EndpointRow>(
    `select id, tenant_id as "tenantId", name, url, events, active, headers, max_retries as "maxRetries",
            retry_delay_seconds as "retryDelaySeconds", retry_schedule as "retrySchedule",
            timeout_seconds as "timeoutSeconds", method, filter, transformation, batching, ordering,
            rate_limit as "rateLimit", auth, signing, format, hookline_headers as "hooklineHeaders", body,
            deadline_seconds as "deadlineSeconds", retry_on as "retryOn", dont_retry_on as "dontRetryOn",
            when_off as "whenOff", secrets,
            signing_keys as "signingKeys", version::float8 as version,
            to_char(resumed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "resumedAt",
            deleted_at is not null as deleted
     from endpoints
     where version > $1
     order by version`,
    [afterVersion],
  );
  return rows;
}

export interface CatalogState {
  /** The version of the last change. */
  version: number;
  /** Whether sending is paused: no new attempt may start. */
  paused: boolean;
}

export async function readCatalogState(database: Database): Promise<CatalogState> {
  const { rows } = await database.system<CatalogState>(
    'select version::float8 as version, paused from endpoint_catalog',
  );
  return rows[0] ?? { version: 0, paused: false };
}
