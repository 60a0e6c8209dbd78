import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { TaskKind } from '../tasks/task.ts';
import { rests } from '../tasks/task-results.ts';
import type { ConnectionRoutes } from './connection-routes.ts';

/** The name of the task that looks for the account keys of a connection. */
export const ROUTES_TASK = 'routes';
export const ROUTES_EVERY_SECONDS = 86_400;

/** Finds out every day by which keys pushes find a connection. */
export function createRoutesKind(options: {
  findConnection: (id: string) => Promise<ConnectionFacts | undefined>;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  routes: Pick<ConnectionRoutes, 'refresh'>;
}): TaskKind {
  return {
    kind: 'routes',
    async run(task, signal) {
      const [connection, app] = await Promise.all([
        options.findConnection(task.connectionId),
        options.findApp(task.appId),
      ]);
      if (!connection || !app) return rests('no_connection');
      await options.routes.refresh(connection, app, signal);
      return { outcome: 'found', ended: 'succeeded', next: { at: 'grid' } };
    },
  };
}
