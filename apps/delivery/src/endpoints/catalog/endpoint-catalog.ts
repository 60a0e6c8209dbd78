import {
  type Batching,
  createEventTypeMatcher,
  type EndpointAuth,
  type EndpointBody,
  type EndpointFormat,
  type EventTypeMatcher,
  type HttpMethod,
  namesOfEventType,
  type Ordering,
  type RateLimit,
  type Signing,
  type Transformation,
} from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { CompiledFilter } from '@hookline/filters';
import { openEndpointAuth } from '../secrets/endpoint-auth-box.ts';
import { openHeaders } from '../secrets/endpoint-header-box.ts';
import { openEndpointSecret } from '../secrets/endpoint-secret-box.ts';
import { openSigningKey } from '../secrets/signing-key-box.ts';
import { compileStoredFilter } from './compile-stored-filter.ts';
import { type EndpointRow, loadChangedEndpoints, readCatalogState } from './load-changed-endpoints.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What the catalog says of an endpoint that it cannot use. */
export type OnUnusable = (endpointId: string, error: unknown) => void;

/** An endpoint as the pipeline needs it: its secrets open, its policy ready. */
export interface CatalogEndpoint {
  id: string;
  tenantId: string;
  name: string;
  url: URL;
  events: EventTypeMatcher;
  active: boolean;
  deleted: boolean;
  headers: Readonly<Record<string, string>>;
  policy: RetryPolicy;
  timeoutMs: number;
  method: HttpMethod;
  filter: CompiledFilter | undefined;
  transformation: Transformation | undefined;
  batching: Batching | undefined;
  ordering: Ordering | undefined;
  rateLimit: RateLimit | undefined;
  auth: EndpointAuth | undefined;
  signing: Signing;
  format: EndpointFormat;
  /** Whether a request that is sent as it came gets our headers beside the provider's. */
  hooklineHeaders: boolean;
  /** How the payload stands in what is sent. */
  body: EndpointBody;
  /** From the receipt of the event. */
  deadlineMs: number | undefined;
  /** The catalog's version when it last changed. */
  version: number;
  /** When it was last switched on again after it had been switched off by itself. */
  resumedAtMs: number | undefined;
  /** Newest first; those that have run out are left out at signing time. Empty: they could not be opened. */
  secrets: readonly SigningSecret[];
  /** ed25519; newest first, and left out, as the secrets are. */
  signingKeys: readonly (SigningSecret & { publicKey: string })[];
}

/** `whsec_…` or `whsk_…`, and until when it signs (undefined: it is the current one). */
export interface SigningSecret {
  secret: string;
  expiresAtMs: number | undefined;
}

export type UnmatchedReason = 'event_type' | 'inactive' | 'other_endpoint' | 'filter' | 'same_request';

export type Unmatched = readonly [endpointId: string, reason: UnmatchedReason, details?: string];

/** Events of one type share it. */
export interface MatchResult {
  readonly matched: readonly CatalogEndpoint[];
  /** Why the tenant's other endpoints did not match; at most MAX_UNMATCHED of them, and first those that are switched off. */
  readonly unmatched: readonly Unmatched[];
  /** How many more did not match. */
  readonly unmatchedOmitted: number;
}

export const MAX_UNMATCHED = 20;
/** Results are kept while they name no more endpoints than this: a megabyte. */
const MAX_NAMED = 100_000;

export interface EndpointCatalog {
  /**
   * Brings the catalog up to date: one look at a single row, and the changed endpoints only if it moved. Called
   * before each batch is matched, so that an endpoint exists for every event published after its creation was
   * answered, whichever replica made it. The look is never older than the call: callers share one that is about to
   * start, not one that is under way.
   */
  refresh(): Promise<void>;
  /** By what is known without a look at the event itself: filters are held against it in a step of their own. */
  match(tenant: string, eventType: string, onlyEndpoint: string | undefined): MatchResult;
  get(endpointId: string): CatalogEndpoint | undefined;
  /** Whether any endpoint wants an order. */
  readonly hasOrdering: boolean;
  readonly size: number;
  /** Whether sending is paused, as of the last look. */
  readonly paused: boolean;
  /** Calls back when sending is paused and when it goes on, before anything is matched by that look. */
  onPauseChange(listener: (paused: boolean) => void): void;
  /** Every change up to this one is known, and the listeners have been called. */
  readonly version: number;
}

/**
 * All endpoints, in memory: about 1 KB each, so 100,000 of them are 100 MB in every replica.
 *
 * @param onUnusable called for an endpoint whose secrets, or other settings, cannot be used: nothing is sent to that one,
 *   and its deliveries fail
 */
export function createEndpointCatalog(
  database: Database,
  secretBox: SecretBox,
  onUnusable: OnUnusable,
): EndpointCatalog {
  const byId = new Map<string, CatalogEndpoint>();
  const byTenant = new Map<string, Map<string, CatalogEndpoint>>();
  /** Endpoints that want an order. */
  const ordered = new Set<string>();
  /** What was matched since any endpoint changed, by tenant and type: types are few, and endpoints may be many. */
  const results = new Map<string, MatchResult>();
  /** Endpoints that are named in `results`, each as often as it is. */
  let named = 0;
  let version = 0;
  let paused = false;
  const pauseListeners: ((paused: boolean) => void)[] = [];
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function forgetResults(): void {
    results.clear();
    named = 0;
  }

  function matchType(tenant: string, eventType: string): MatchResult {
    const key = `${tenant}\0${eventType}`;
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = matchAll(byTenant.get(tenant), eventType, undefined);
    named += 1 + result.matched.length + result.unmatched.length;
    if (named > MAX_NAMED) forgetResults();
    results.set(key, result);
    return result;
  }

  function put(row: EndpointRow): void {
    forgetResults();
    let endpoint: CatalogEndpoint;
    try {
      endpoint = toEndpoint(row);
    } catch (error) {
      // One endpoint's trouble must not be everybody's: without a catalog nothing at all is fanned out.
      onUnusable(row.id, error);
      endpoint = toUnusable(row);
    }
    byId.set(row.id, endpoint);
    if (endpoint.ordering && !endpoint.deleted) ordered.add(row.id);
    else ordered.delete(row.id);
    const ofTenant = byTenant.get(row.tenantId) ?? new Map<string, CatalogEndpoint>();
    byTenant.set(row.tenantId, ofTenant);
    // A deleted one stays known by id, for the deliveries that are still open, but matches nothing.
    if (row.deleted) ofTenant.delete(row.id);
    else ofTenant.set(row.id, endpoint);
  }

  function toEndpoint(row: EndpointRow): CatalogEndpoint {
    return {
      id: row.id,
      tenantId: row.tenantId,
      name: row.name,
      url: new URL(row.url),
      events: createEventTypeMatcher(row.events),
      active: row.active,
      deleted: row.deleted,
      policy: toPolicy(row),
      timeoutMs: row.timeoutSeconds * 1000,
      method: row.method,
      filter: row.filter === null ? undefined : compileStoredFilter(row.filter),
      transformation: row.transformation ?? undefined,
      batching: row.batching ?? undefined,
      ordering: row.ordering ?? undefined,
      rateLimit: row.rateLimit ?? undefined,
      signing: row.signing,
      format: row.format,
      hooklineHeaders: row.hooklineHeaders,
      body: row.body,
      deadlineMs: row.deadlineSeconds === null ? undefined : row.deadlineSeconds * 1000,
      version: row.version,
      resumedAtMs: row.resumedAt === null ? undefined : Date.parse(row.resumedAt),
      ...openSecrets(row),
    };
  }

  function openSecrets(
    row: EndpointRow,
  ): Pick<CatalogEndpoint, 'headers' | 'secrets' | 'signingKeys' | 'auth'> {
    try {
      return {
        headers: openHeaders(secretBox, row.id, row.headers),
        secrets: row.secrets.map(({ sealed, expiresAt }) => ({
          secret: openEndpointSecret(secretBox, row.id, sealed),
          expiresAtMs: toMs(expiresAt),
        })),
        signingKeys: row.signingKeys.map(({ sealed, publicKey, expiresAt }) => ({
          secret: openSigningKey(secretBox, row.id, sealed),
          publicKey,
          expiresAtMs: toMs(expiresAt),
        })),
        auth: row.auth === null ? undefined : openEndpointAuth(secretBox, row.id, row.auth),
      };
    } catch (error) {
      onUnusable(row.id, error);
      return { headers: {}, secrets: [], signingKeys: [], auth: undefined };
    }
  }

  async function load(): Promise<void> {
    const { version: current, paused: isPaused } = await readCatalogState(database);
    if (isPaused !== paused) {
      paused = isPaused;
      for (const listener of pauseListeners) listener(paused);
    }
    if (current === version) return;
    for (const row of await loadChangedEndpoints(database, version)) {
      put(row);
      version = Math.max(version, row.version);
    }
    // Rows newer than `current` may have been read as well: never go back.
    version = Math.max(version, current);
  }

  function refresh(): Promise<void> {
    if (running !== undefined) {
      next ??= running
        .catch(() => {})
        .then(() => {
          next = undefined;
          return refresh();
        });
      return next;
    }
    running = load().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    refresh,
    match: (tenant, eventType, onlyEndpoint) =>
      onlyEndpoint === undefined
        ? matchType(tenant, eventType)
        : matchAll(byTenant.get(tenant), eventType, onlyEndpoint),
    get: (endpointId) => byId.get(endpointId),
    get hasOrdering() {
      return ordered.size > 0;
    },
    get size() {
      return byId.size;
    },
    get paused() {
      return paused;
    },
    onPauseChange: (listener) => void pauseListeners.push(listener),
    get version() {
      return version;
    },
  };
}

function matchAll(
  endpoints: ReadonlyMap<string, CatalogEndpoint> | undefined,
  eventType: string,
  onlyEndpoint: string | undefined,
): MatchResult {
  const matched: CatalogEndpoint[] = [];
  const inactive: Unmatched[] = [];
  const others: Unmatched[] = [];
  if (!endpoints) return { matched, unmatched: [], unmatchedOmitted: 0 };
  const names = namesOfEventType(eventType);
  for (const endpoint of endpoints.values()) {
    const reason = whyNot(endpoint, names, onlyEndpoint);
    if (reason === undefined) {
      matched.push(endpoint);
      continue;
    }
    const list = reason === 'inactive' ? inactive : others;
    if (list.length < MAX_UNMATCHED) list.push([endpoint.id, reason]);
  }
  const unmatched = [...inactive, ...others].slice(0, MAX_UNMATCHED);
  return { matched, unmatched, unmatchedOmitted: endpoints.size - matched.length - unmatched.length };
}

function whyNot(
  endpoint: CatalogEndpoint,
  typeNames: readonly string[],
  onlyEndpoint: string | undefined,
): UnmatchedReason | undefined {
  if (onlyEndpoint !== undefined) return endpoint.id === onlyEndpoint ? undefined : 'other_endpoint';
  if (!endpoint.active) return 'inactive';
  return endpoint.events.matchesAny(typeNames) ? undefined : 'event_type';
}

/**
 * One that cannot be read, as far as it has to be known: without secrets nothing is signed, and so nothing is sent.
 * Its deliveries are tried like others, and fail.
 */
const toUnusable = (row: EndpointRow): CatalogEndpoint => ({
  id: row.id,
  tenantId: row.tenantId,
  name: row.name,
  url: new URL('https://unusable.invalid'),
  events: createEventTypeMatcher(row.events),
  active: row.active,
  deleted: row.deleted,
  headers: {},
  policy: toPolicy(row),
  timeoutMs: row.timeoutSeconds * 1000,
  method: 'POST',
  filter: undefined,
  transformation: undefined,
  batching: undefined,
  ordering: undefined,
  rateLimit: undefined,
  auth: undefined,
  signing: { algorithm: 'hmac', plainHeaders: false },
  format: 'event',
  hooklineHeaders: true,
  body: 'verbatim',
  deadlineMs: undefined,
  version: row.version,
  resumedAtMs: undefined,
  secrets: [],
  signingKeys: [],
});

const toPolicy = (row: EndpointRow): RetryPolicy => ({
  maxRetries: row.maxRetries,
  retryDelaySeconds: row.retryDelaySeconds,
  schedule: row.retrySchedule ?? undefined,
});

const toMs = (time: string | null) => (time === null ? undefined : Date.parse(time));

/** Those of an endpoint's secrets, or key pairs, that sign at a moment, newest first. */
export function currentAt<T extends Pick<SigningSecret, 'expiresAtMs'>>(
  secrets: readonly T[],
  nowMs: number,
): T[] {
  return secrets.filter(({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs > nowMs);
}
