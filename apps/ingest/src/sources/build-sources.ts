import type { Bus } from '@hookline/bus';
import { SOURCES_CHANGED_SUBJECT } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';
import type { Provider } from '@hookline/providers';
import { createUseRecorder, type Foundation, type UseRecorder } from '@hookline/service';
import { touchSources } from '../sql/touch-sources.ts';
import { listTenantSources } from './list-tenant-sources.ts';
import { openSourceDirectory, type SourceDirectory } from './source-directory.ts';
import { createSourceSecrets, type SourceSecrets } from './source-secrets.ts';
import { createSubscriptionNotes, type SubscriptionNotes } from './subscription-notes.ts';

export interface Sources {
  directory: SourceDirectory;
  secrets: SourceSecrets;
  subscriptions: SubscriptionNotes;
  /** Stores when sources last received an event. */
  receipts: UseRecorder;
  /** Reads a tenant's sources for a provider from Postgres, inactive sources included. */
  list: (tenant: string, provider: Provider) => ReturnType<typeof listTenantSources>;
  /** To be called after a source was changed and committed; resolves once this replica knows the change. */
  announceChange: () => Promise<void>;
}

/** The sources, in memory and up to date with the changes of other replicas. */
export async function buildSources(
  foundation: Foundation,
  { bus, secretBox }: { bus: Bus; secretBox: SecretBox },
): Promise<Sources> {
  const { database, logger } = foundation;
  const secrets = createSourceSecrets(secretBox);
  const onSealed = (sourceId: string, error: unknown) =>
    logger.error({ err: error, sourceId }, 'could not decrypt the secrets of a source');
  const subscriptions = createSubscriptionNotes(database, foundation.metrics, logger);
  foundation.onClose(subscriptions.close);
  const receipts = createUseRecorder({
    what: 'when sources last received an event',
    write: (ids) => touchSources(database, ids),
    logger,
  });
  foundation.onClose(receipts.close);
  const directory = await openSourceDirectory({ database, secrets, logger });
  foundation.runWorkers([directory]);
  const changes = bus.connection.subscribe(SOURCES_CHANGED_SUBJECT, {
    callback: () => void directory.refresh(),
  });
  foundation.onClose(() => changes.unsubscribe());
  return {
    directory,
    secrets,
    subscriptions,
    receipts,
    list: (tenant, provider) => listTenantSources({ database, secrets, onSealed }, tenant, provider),
    async announceChange() {
      // While NATS is unavailable the message is lost: the other replicas notice the change by themselves.
      if (bus.connected) bus.connection.publish(SOURCES_CHANGED_SUBJECT);
      await directory.refresh();
    },
  };
}
