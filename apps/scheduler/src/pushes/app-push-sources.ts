import { createHash } from 'node:crypto';
import { managedSourceOperations } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { InternalApi } from '../services/internal-api.ts';
import {
  type AppPushSource,
  findAppPushSource,
  forgetAppPushSource,
  listEnvironmentApps,
  storeAppPushSource,
} from '../sql/app-push-sources.ts';

/** What a source of an application's pushes is verified by. */
export interface PushSourceSettings {
  readonly secret?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** The sources at ingest that receive the pushes to OAuth applications. */
export interface AppPushSources {
  find(appId: string): Promise<AppPushSource | undefined>;
  /**
   * Creates the source of an application, or changes it.
   * @throws InternalCallError with status 400 for settings that the provider does not allow
   */
  ensure(app: AppFacts, settings: PushSourceSettings, environmentHash?: string): Promise<AppPushSource>;
  /** Deletes the source of an application, if it has one: pushes to its address are refused from then on. */
  remove(appId: string): Promise<void>;
}

export function createAppPushSources(parts: { database: Database; ingest: InternalApi }): AppPushSources {
  const { database, ingest } = parts;
  return {
    find: (appId) => findAppPushSource(database, appId),
    async ensure(app, { secret, options }, environmentHash) {
      const { data } = await ingest.call(managedSourceOperations.putManagedSource, {
        body: {
          key: app.id,
          managedBy: app.id,
          userId: app.tenant ?? null,
          provider: app.provider,
          name: 'Pushes to the OAuth application',
          ...(secret !== undefined && { secret }),
          ...(options !== undefined && { options: { ...options } }),
        },
      });
      const stored = { sourceId: data.id, url: data.url, environmentHash: environmentHash ?? null };
      await storeAppPushSource(database, app.id, stored);
      return stored;
    },
    async remove(appId) {
      const source = await findAppPushSource(database, appId);
      if (source === undefined) return;
      await ingest.call(managedSourceOperations.deleteManagedSource, { params: { id: source.sourceId } });
      await forgetAppPushSource(database, appId);
    },
  };
}

const RETRY_MS = 5_000;
const LOOK_AGAIN_MS = 60_000;

/** Sets up the sources of the environment's applications, by the variables of their providers. */
export function createEnvironmentPushSources(parts: {
  database: Database;
  sources: AppPushSources;
  findApp: (appId: string) => Promise<AppFacts | undefined>;
  /** By provider. */
  settings: ReadonlyMap<string, PushSourceSettings>;
  logger: Logger;
}): Worker {
  const { database, sources, findApp, settings, logger } = parts;

  async function ensureAll(): Promise<void> {
    for (const [provider, wanted] of settings) {
      const hash = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
      for (const appId of await listEnvironmentApps(database, provider)) {
        if ((await sources.find(appId))?.environmentHash === hash) continue;
        const app = await findApp(appId);
        if (app === undefined) continue;
        const { url } = await sources.ensure(app, wanted, hash);
        logger.info({ app: appId, provider, url }, 'push_source.ready');
      }
    }
  }

  return createLoopWorker({
    name: 'push-sources',
    async work() {
      await ensureAll();
      return LOOK_AGAIN_MS;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'the source of an application could not be set up; trying again'),
    pauseAfterErrorMs: RETRY_MS,
  });
}
