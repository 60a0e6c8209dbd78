import type { ConnectionStatus } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { findConnectionStatus } from '../sql/find-connection-status.ts';
import { isResting } from './decide-status.ts';

/** What a run has found is not published: its connection was deleted, paused, or lost its grant meanwhile. */
export class ConnectionInactiveError extends Error {
  override readonly name = 'ConnectionInactiveError';
  readonly code = 'connection_inactive';

  constructor(status: ConnectionStatus | undefined) {
    super(
      `not published, because the connection ${status === undefined ? 'was deleted' : `is ${status}`} since the run began`,
    );
  }
}

/**
 * Called just before what a run has found is published. After a pause or a deletion has been answered, nothing that a run
 * finds is published, except what JetStream is storing at that moment.
 * @throws ConnectionInactiveError
 */
export async function assertActive(database: Database, connectionId: string): Promise<void> {
  const status = await findConnectionStatus(database, connectionId);
  if (status === undefined || isResting(status)) throw new ConnectionInactiveError(status);
}
