import type { Bus } from '@hookline/bus';
import { createEventPublisher, type EventPublisher } from '@hookline/bus';
import type { SecretBox } from '@hookline/db';
import type { Foundation } from '@hookline/service';
import { createAnnouncer } from './announcements/announcer.ts';
import { createEndpointCatalog, type EndpointCatalog } from './catalog/endpoint-catalog.ts';

export interface Endpoints {
  catalog: EndpointCatalog;
  /** Publishes the announcements, and the events of the API. */
  publisher: EventPublisher;
  /** Must be called after the commit of a transaction that switched endpoints off. */
  onDisabled: (endpointIds: readonly string[], reason: string) => void;
}

const ANNOUNCE_INTERVAL_MS = 5_000;

/**
 * Builds the catalog of endpoints and the announcer, which tells tenants about changes of their endpoints.
 * @throws when the encryption key opens the secrets of no endpoint
 */
export async function buildEndpoints(
  foundation: Foundation,
  { bus, secretBox }: { bus: Bus; secretBox: SecretBox },
): Promise<Endpoints> {
  const { database, logger } = foundation;
  const publisher = createEventPublisher(bus);
  foundation.onClose(async () => {
    await publisher.drain();
    publisher.close();
  });

  let unusable = 0;
  const catalog = createEndpointCatalog(database, secretBox, (endpointId, error) => {
    unusable++;
    logger.error(
      { err: error, webhookId: endpointId },
      'the settings of an endpoint cannot be used, and nothing is sent to it: HOOKLINE_ENCRYPTION_KEY must hold the key that sealed its secrets',
    );
  });
  await catalog.refresh();
  if (unusable > 0 && unusable === catalog.size) {
    throw new Error(
      'HOOKLINE_ENCRYPTION_KEY cannot open the secrets of any endpoint: it is not the key that sealed them',
    );
  }

  const announcer = createAnnouncer({ database, publisher, logger, intervalMs: ANNOUNCE_INTERVAL_MS });
  foundation.runWorkers([announcer]);
  return {
    catalog,
    publisher,
    onDisabled(endpointIds, reason) {
      logger.warn({ webhookIds: endpointIds }, `endpoints are switched off: ${reason}`);
      // The claimer refreshes the catalog before each claim. Until then waiting deliveries would still be sent.
      void catalog.refresh().catch(() => {});
      announcer.wake();
    },
  };
}
