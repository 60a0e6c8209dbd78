import type { Database } from '@hookline/db';
import { listWatchesOf } from '../sql/watch-rows.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import type { WatchHealth } from './watch-health.ts';

/** Connections whose watches do not work are degraded: their events come by polls, and later. */
export function createWatchHealth(parts: {
  database: Database;
  statusChanges: StatusChanges;
  /** To be called after a status may have changed. */
  onChanged: () => void;
}): WatchHealth {
  const { database, statusChanges, onChanged } = parts;
  return {
    async note({ id, tenant }, fault) {
      if (fault === undefined) {
        const rows = await listWatchesOf(database, id);
        if (rows.some(({ status }) => status === 'failing' || status === 'unverified')) return;
      }
      await database.withTenant(tenant, (transaction) =>
        fault === undefined
          ? statusChanges.applyTo(transaction, id, 'healthy')
          : statusChanges.applyTo(transaction, id, 'degraded', 'watch_failing'),
      );
      onChanged();
    },
  };
}
