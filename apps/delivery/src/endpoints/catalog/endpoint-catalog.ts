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
import { compileRetryRules } from './retry-rules.ts';

/** Called for an endpoint that the catalog cannot use. */
export type OnUnusable = (endpointId: string, error: unknown) => void;

/** An endpoint as the pipeline needs it: with opened secrets and compiled settings. */
export interface CatalogEndpoint {
  id: string;
  tenantId: string;
  name: string;
  url: URL;
  events: EventTypeMatcher;
  active: boolean;
  /** Whether it gets a waiting delivery of each event that matches while it is off. */
  holdsWhenOff: boolean;
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
  /** With the format `request`: whether the request gets Hookline's headers in addition to the provider's. */
  hooklineHeaders: boolean;
  /** How the payload is written into the body of a request. */
  body: EndpointBody;
  /** How long after the receipt of its event a delivery may be attempted. */
  deadlineMs: number | undefined;
  /** The catalog's version when the endpoint last changed. */
  version: number;
  /** When the endpoint was last switched on again after it had been switched off. */
  resumedAtMs: number | undefined;
  /** Newest first. Expired secrets are left out at signing time. Empty if the secrets could not be opened. */
  secrets: readonly SigningSecret[];
  /** ed25519 key pairs, in the same order as the secrets. Expired key pairs are left out at signing time too. */
  signingKeys: readonly (SigningSecret & { publicKey: string })[];
}

/** `whsec_…` or `whsk_…`, and until when it signs. Without an end it is the current secret. */
export interface SigningSecret {
  secret: string;
  expiresAtMs: number | undefined;
}

export type UnmatchedReason = 'event_type' | 'inactive' | 'other_endpoint' | 'filter' | 'same_request';

export type Unmatched = readonly [endpointId: string, reason: UnmatchedReason, details?: string];

/** The events of a tenant with the same type share one result. */
export interface MatchResult {
  readonly matched: readonly CatalogEndpoint[];
  /** Why the tenant's other endpoints did not match: at most MAX_UNMATCHED endpoints, inactive endpoints first. */
  readonly unmatched: readonly Unmatched[];
  /** How many endpoints did not match and are not in `unmatched`. */
  readonly unmatchedOmitted: number;
}

export const MAX_UNMATCHED = 20;
/** Results are kept while they name no more endpoints than this, which takes about a megabyte. */
const MAX_NAMED = 100_000;

export interface EndpointCatalog {
  /**
   * Brings the catalog up to date. Reads one row, and the changed endpoints only if the version in that row has risen.
   * Called before each batch of events is matched: an endpoint gets every event that is published after its creation
   * was answered, whichever replica created it. The catalog is always read after the call: callers share a refresh that
   * is about to start, never a refresh that is under way.
   */
  refresh(): Promise<void>;
  /** Matches by tenant, event type and the state of the endpoint. Filters are evaluated in a later step. */
  match(tenant: string, eventType: string, onlyEndpoint: string | undefined): MatchResult;
  get(endpointId: string): CatalogEndpoint | undefined;
  /** Whether any endpoint has `ordering`. */
  readonly hasOrdering: boolean;
  readonly size: number;
  /** Whether sending is paused, as of the last refresh. */
  readonly paused: boolean;
  /** Calls the listener when a refresh finds that sending was paused or resumed, before the refresh ends. */
  onPauseChange(listener: (paused: boolean) => void): void;
  /** Every change up to this version is known, and the listeners have been called. */
  readonly version: number;
}

/**
 * Holds all endpoints in memory: about 1 KB each, so 100,000 endpoints take 100 MB in every replica.
 *
 * @param onUnusable called for an endpoint whose secrets or other settings cannot be used: nothing is sent to this
 *   endpoint, and its deliveries fail
 */
export function createEndpointCatalog(
  database: Database,
  secretBox: SecretBox,
  onUnusable: OnUnusable,
): EndpointCatalog {
  const byId = new Map<string, CatalogEndpoint>();
  const byTenant = new Map<string, Map<string, CatalogEndpoint>>();
  /** The ids of the endpoints with `ordering`. */
  const ordered = new Set<string>();
  /** The results since the last change of an endpoint, by tenant and type: types are few, and endpoints may be many. */
  const results = new Map<string, MatchResult>();
  /** How many endpoints `results` names. An endpoint counts once for each result that names it. */
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
      // An error of one endpoint must not affect the others: without a catalog no event is fanned out.
      onUnusable(row.id, error);
      endpoint = toUnusable(row);
    }
    byId.set(row.id, endpoint);
    if (endpoint.ordering && !endpoint.deleted) ordered.add(row.id);
    else ordered.delete(row.id);
    const ofTenant = byTenant.get(row.tenantId) ?? new Map<string, CatalogEndpoint>();
    byTenant.set(row.tenantId, ofTenant);
    // A deleted endpoint matches no event. It can still be found by its id, for its open deliveries.
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
      holdsWhenOff: row.whenOff === 'hold',
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
    // Rows newer than `current` may have been read as well. The version must never fall.
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
  if (!endpoint.active && !endpoint.holdsWhenOff) return 'inactive';
  return endpoint.events.matchesAny(typeNames) ? undefined : 'event_type';
}

/**
 * Stands for an endpoint whose settings cannot be read. It has no secrets, so nothing is signed and nothing is sent.
 * Its deliveries are attempted like others, and fail.
 */
const toUnusable = (row: EndpointRow): CatalogEndpoint => ({
  id: row.id,
  tenantId: row.tenantId,
  name: row.name,
  url: new URL('https://unusable.invalid'),
  events: createEventTypeMatcher(row.events),
  active: row.active,
  holdsWhenOff: row.whenOff === 'hold',
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
  rule: compileRetryRules(row.retryOn, row.dontRetryOn),
});

const toMs = (time: string | null) => (time === null ? undefined : Date.parse(time));

/** The secrets or key pairs of an endpoint that are not expired at the given time, newest first. */
export function currentAt<T extends Pick<SigningSecret, 'expiresAtMs'>>(
  secrets: readonly T[],
  nowMs: number,
): T[] {
  return secrets.filter(({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs > nowMs);
}
