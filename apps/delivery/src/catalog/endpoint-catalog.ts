import { matchesEventType } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { StoredSecret } from '@hookline/db/delivery';
import type { RetryPolicy } from '../sending/next-attempt.ts';
import { type EndpointRow, loadChangedEndpoints, readCatalogVersion } from './load-changed-endpoints.ts';

/** An endpoint as the pipeline needs it: its secrets open, its policy ready. */
export interface CatalogEndpoint {
  id: string;
  tenantId: string;
  name: string;
  url: URL;
  events: readonly string[];
  active: boolean;
  deleted: boolean;
  headers: Readonly<Record<string, string>>;
  policy: RetryPolicy;
  timeoutMs: number;
  /** Newest first; those that have run out are left out at signing time. */
  secrets: readonly { secret: string; expiresAtMs: number | undefined }[];
}

export type UnmatchedReason = 'event_type' | 'inactive' | 'other_endpoint';

export interface MatchResult {
  matched: CatalogEndpoint[];
  /** Why the tenant's other endpoints did not match; at most MAX_UNMATCHED of them. */
  unmatched: [endpointId: string, reason: UnmatchedReason][];
}

const MAX_UNMATCHED = 20;

export interface EndpointCatalog {
  /**
   * Brings the catalog up to date: one look at a single row, and the changed endpoints only if it moved. Called
   * before each batch is matched, so that an endpoint exists for every event published after its creation was
   * answered, whichever replica made it.
   */
  refresh(): Promise<void>;
  match(tenant: string, eventType: string, onlyEndpoint: string | undefined): MatchResult;
  get(endpointId: string): CatalogEndpoint | undefined;
  /** Endpoints that must not be sent to now. */
  inactiveIds(): string[];
  readonly size: number;
}

/**
 * All endpoints, in memory: about 1 KB each, so 100,000 of them are 100 MB in every replica.
 */
export function createEndpointCatalog(database: Database, secretBox: SecretBox): EndpointCatalog {
  const byId = new Map<string, CatalogEndpoint>();
  const byTenant = new Map<string, Map<string, CatalogEndpoint>>();
  const inactive = new Set<string>();
  let version = 0;
  let refreshing: Promise<void> | undefined;

  function put(row: EndpointRow): void {
    const endpoint: CatalogEndpoint = {
      id: row.id,
      tenantId: row.tenantId,
      name: row.name,
      url: new URL(row.url),
      events: row.events,
      active: row.active,
      deleted: row.deleted,
      headers: row.headers,
      policy: {
        maxRetries: row.maxRetries,
        retryDelaySeconds: row.retryDelaySeconds,
        schedule: row.retrySchedule ?? undefined,
      },
      timeoutMs: row.timeoutSeconds * 1000,
      secrets: openSecrets(secretBox, row.id, row.secrets),
    };
    byId.set(row.id, endpoint);
    const ofTenant = byTenant.get(row.tenantId) ?? new Map<string, CatalogEndpoint>();
    byTenant.set(row.tenantId, ofTenant);
    // A deleted one stays known by id, for the deliveries that are still open, but matches nothing.
    if (row.deleted) ofTenant.delete(row.id);
    else ofTenant.set(row.id, endpoint);
    if (row.active && !row.deleted) inactive.delete(row.id);
    else if (!row.deleted) inactive.add(row.id);
    if (row.deleted) inactive.delete(row.id);
  }

  async function load(): Promise<void> {
    const current = await readCatalogVersion(database);
    if (current === version) return;
    for (const row of await loadChangedEndpoints(database, version)) {
      put(row);
      version = Math.max(version, row.version);
    }
    // Rows newer than `current` may have been read as well: never go back.
    version = Math.max(version, current);
  }

  return {
    refresh() {
      refreshing ??= load().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
    match(tenant, eventType, onlyEndpoint) {
      const result: MatchResult = { matched: [], unmatched: [] };
      const endpoints = byTenant.get(tenant);
      if (!endpoints) return result;
      for (const endpoint of endpoints.values()) {
        const reason = whyNot(endpoint, eventType, onlyEndpoint);
        if (reason === undefined) result.matched.push(endpoint);
        else if (result.unmatched.length < MAX_UNMATCHED) result.unmatched.push([endpoint.id, reason]);
      }
      return result;
    },
    get: (endpointId) => byId.get(endpointId),
    inactiveIds: () => [...inactive],
    get size() {
      return byId.size;
    },
  };
}

function whyNot(
  endpoint: CatalogEndpoint,
  eventType: string,
  onlyEndpoint: string | undefined,
): UnmatchedReason | undefined {
  if (onlyEndpoint !== undefined) return endpoint.id === onlyEndpoint ? undefined : 'other_endpoint';
  if (!endpoint.active) return 'inactive';
  return endpoint.events.some((pattern) => matchesEventType(pattern, eventType)) ? undefined : 'event_type';
}

export const endpointSecretPlace = (endpointId: string) => `endpoints|secrets|${endpointId}`;

function openSecrets(secretBox: SecretBox, endpointId: string, stored: StoredSecret[]) {
  return stored.map(({ sealed, expiresAt }) => ({
    secret: secretBox.open(sealed, endpointSecretPlace(endpointId)),
    expiresAtMs: expiresAt === null ? undefined : Date.parse(expiresAt),
  }));
}

/** The secrets that sign at a moment, newest first. */
export function secretsAt(endpoint: CatalogEndpoint, nowMs: number): string[] {
  const current: string[] = [];
  for (const { secret, expiresAtMs } of endpoint.secrets) {
    if (expiresAtMs === undefined || expiresAtMs > nowMs) current.push(secret);
  }
  return current;
}
