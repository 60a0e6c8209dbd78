import { CONNECTION_PROVIDER } from '@hookline/contracts';
import type { PublishEvents } from '../events/publish-events.ts';
import type { ConnectionEvents } from './announcer.ts';

/** Publishes events about connections as events of their tenants, to endpoints and the feed. */
export function createConnectionEvents(publishEvents: PublishEvents): ConnectionEvents {
  return {
    async publish(events) {
      await publishEvents(
        events.map(({ id, tenant, type, source, timeMs, payload }) => ({
          tenant,
          provider: CONNECTION_PROVIDER,
          type,
          source,
          timeMs,
          dedupeKey: `connection ${id}`,
          providerDeliveryId: id,
          via: 'api',
          payload: Buffer.from(JSON.stringify(payload)),
        })),
      );
    },
  };
}
