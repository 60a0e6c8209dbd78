import type { Database } from '@hookline/db';
import type { StatusChanges } from './status-changes.ts';

/** Brings the statuses of connections in line with what is stored of their tokens, polls and watches. */
export interface ConnectionHealth {
  /** To be called after facts have changed that a status is derived from. */
  look(connectionIds: readonly string[]): Promise<void>;
}

export function createConnectionHealth(parts: {
  database: Database;
  statusChanges: StatusChanges;
  /** To be called after a status may have changed. */
  onChanged: () => void;
}): ConnectionHealth {
  const { database, statusChanges, onChanged } = parts;
  return {
    async look(connectionIds) {
      for (const id of connectionIds)
        await database.withSystem((transaction) => statusChanges.applyTo(transaction, id, 'facts_changed'));
      onChanged();
    },
  };
}
