import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@hookline/db';
import { getProvider } from '@hookline/providers';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { type ChangedSource, listChangedSources } from '../sql/list-changed-sources.ts';
import type { ActiveSource } from './active-source.ts';
import type { SourceSecrets } from './source-secrets.ts';
import { toActiveSource } from './to-active-source.ts';

/** The worker looks every few seconds for changes that no message announced. */
export interface SourceDirectory extends Worker {
  byToken(token: string): ActiveSource | undefined;
  /** All sources of a tenant for a provider, newest first. */
  byAddress(tenant: string, providerId: string): readonly ActiveSource[];
  /** The sources of the whole installation's OAuth applications for a provider, newest first. */
  ofInstallation(providerId: string): readonly ActiveSource[];
  /** Whether any tenant has a source for the provider. */
  hasProvider(providerId: string): boolean;
  readonly size: number;
  /**
   * Resolves once every change committed before the call is known, or after a second without news from Postgres.
   * Calls at the same time share one look, and there are at most 40 looks a second.
   * Never rejects.
   */
  refresh(): Promise<void>;
}

export interface SourceDirectoryOptions {
  database: Database;
  secrets: SourceSecrets;
  logger: Logger;
}

/**
 * Before a request is refused, it waits for one look, so that a secret that was set a moment ago through another replica
 * counts at once. All requests of this time share the look: a flood of forgeries costs Postgres 40 small queries a second.
 */
const MIN_REFRESH_GAP_MS = 25;
const REFRESH_INTERVAL_MS = 5_000;
const MAX_REFRESH_WAIT_MS = 1_000;
const NONE: readonly ActiveSource[] = [];

/**
 * All active sources of all tenants in memory, because the inbound path may not wait for Postgres: about 1 KB a
 * source, so 100,000 of them cost 100 MB. Each look reads the changes since the last one.
 * @throws when the sources cannot be loaded at the start
 */
export async function openSourceDirectory(options: SourceDirectoryOptions): Promise<SourceDirectory> {
  const { database, secrets, logger } = options;
  const byId = new Map<string, ActiveSource>();
  const byToken = new Map<string, ActiveSource>();
  const byAddress = new Map<string, ActiveSource[]>();
  const countByProvider = new Map<string, number>();

  let lookedAt: Date | undefined;
  let lastLookMs = Number.NEGATIVE_INFINITY;
  let look: Promise<void> = Promise.resolve();
  let nextLook: Promise<void> | undefined;
  let failing = false;

  function remove(source: ActiveSource): void {
    byId.delete(source.id);
    byToken.delete(source.token);
    const address = addressOf(source.tenant, source.provider.id);
    const others = byAddress.get(address)?.filter((other) => other.id !== source.id) ?? [];
    if (others.length === 0) byAddress.delete(address);
    else byAddress.set(address, others);
    countByProvider.set(source.provider.id, (countByProvider.get(source.provider.id) ?? 1) - 1);
  }

  function add(source: ActiveSource): void {
    byId.set(source.id, source);
    byToken.set(source.token, source);
    const address = addressOf(source.tenant, source.provider.id);
    // Ids sort by the time of creation.
    const sources = [...(byAddress.get(address) ?? []), source].sort((a, b) => (a.id < b.id ? 1 : -1));
    byAddress.set(address, sources);
    countByProvider.set(source.provider.id, (countByProvider.get(source.provider.id) ?? 0) + 1);
  }

  function apply(row: ChangedSource): void {
    const known = byId.get(row.id);
    if (row.active && known?.version === row.version) return;
    if (known) remove(known);
    if (!row.active) return;
    const provider = getProvider(row.provider);
    if (!provider) {
      logger.error(
        { sourceId: row.id, provider: row.provider },
        'a source is for a provider that this version of Hookline does not know',
      );
      return;
    }
    add(
      toActiveSource(row, provider, row.version, secrets, (error) =>
        logger.error({ err: error, sourceId: row.id }, 'could not decrypt the secrets of a source'),
      ),
    );
  }

  async function lookForChanges(): Promise<void> {
    const changes = await listChangedSources(database, lookedAt);
    for (const row of changes.sources) apply(row);
    lookedAt = changes.asOf;
  }

  function refresh(): Promise<void> {
    // A look that has begun may miss later commits: this call waits for the next one.
    nextLook ??= withinMs(MAX_REFRESH_WAIT_MS, startNextLook());
    return nextLook;
  }

  async function startNextLook(): Promise<void> {
    await look;
    const waitMs = lastLookMs + MIN_REFRESH_GAP_MS - performance.now();
    if (waitMs > 0) await delay(waitMs);
    lastLookMs = performance.now();
    nextLook = undefined;
    look = lookForChanges().then(
      () => {
        if (failing) logger.info({}, 'sources are up to date again');
        failing = false;
      },
      (error: unknown) => {
        if (!failing)
          logger.warn({ err: error }, 'changes of sources cannot be read; the known sources stay in use');
        failing = true;
      },
    );
    await look;
  }

  await lookForChanges();
  const { name, run } = createLoopWorker({
    name: 'source directory',
    async work() {
      await refresh();
      return REFRESH_INTERVAL_MS;
    },
    onError: (error) => logger.error({ err: error }, 'could not check for changes of sources; trying again'),
    firstPauseMs: REFRESH_INTERVAL_MS,
    pauseAfterErrorMs: REFRESH_INTERVAL_MS,
  });

  return {
    name,
    run,
    byToken: (token) => byToken.get(token),
    byAddress: (tenant, providerId) => byAddress.get(addressOf(tenant, providerId)) ?? NONE,
    ofInstallation: (providerId) => byAddress.get(addressOf(undefined, providerId)) ?? NONE,
    hasProvider: (providerId) => (countByProvider.get(providerId) ?? 0) > 0,
    get size() {
      return byId.size;
    },
    refresh,
  };
}

/** Provider ids contain no space and no tenant is empty, so no two addresses share a key. */
function addressOf(tenant: string | undefined, providerId: string): string {
  return `${providerId} ${tenant ?? ''}`;
}

/** Resolves with the promise, or without it after a time. */
async function withinMs(timeoutMs: number, promise: Promise<void>): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([promise, delay(timeoutMs, undefined, { signal: timeout.signal }).catch(() => {})]);
  timeout.abort();
}
