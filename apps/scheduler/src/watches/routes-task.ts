import type { Database } from '@hookline/db';
import { getConnectable } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { installationPageOf } from '../facts/installation-page.ts';
import type { Journal } from '../journal/journal.ts';
import type { TaskKind } from '../tasks/task.ts';
import { rests } from '../tasks/task-results.ts';
import type { ConnectionRoutes } from './connection-routes.ts';

/** The name of the task that looks for the account keys of a connection. */
export const ROUTES_TASK = 'routes';
export const ROUTES_EVERY_SECONDS = 86_400;

/** What the last run has found. */
export interface RoutesCursor {
  /** The application is installed nowhere that the account sees: the status of the connection says so. */
  readonly lacksNeeded: boolean;
}

/** Finds out every day by which keys pushes find a connection. */
export function createRoutesKind(options: {
  database: Database;
  findConnection: (id: string) => Promise<ConnectionFacts | undefined>;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  routes: Pick<ConnectionRoutes, 'refresh'>;
  journal: Journal;
}): TaskKind {
  const { database, journal } = options;

  async function recordNowhere(connection: ConnectionFacts, app: AppFacts): Promise<void> {
    const connectable = getConnectable(connection.provider);
    const page = connectable && installationPageOf(connectable, app);
    const where = page === undefined ? '' : ` at ${page}`;
    await journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'push',
      outcome: 'app_not_installed',
      text: `The application is installed nowhere that this account sees, so nothing is pushed, and nothing private is polled. A person installs it${where}`,
    });
  }

  return {
    kind: 'routes',
    async run(task, signal) {
      const [connection, app] = await Promise.all([
        options.findConnection(task.connectionId),
        options.findApp(task.appId),
      ]);
      if (!connection || !app) return rests('no_connection');
      const { lacksNeeded } = await options.routes.refresh(connection, app, signal);
      if (lacksNeeded && task.cursor['lacksNeeded'] !== true) await recordNowhere(connection, app);
      await task.saveCursor({ lacksNeeded } satisfies RoutesCursor);
      const outcome = lacksNeeded ? 'app_not_installed' : 'found';
      return { outcome, ended: 'succeeded', next: { at: 'grid' } };
    },
  };
}
