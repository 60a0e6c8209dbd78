import type { Database } from '@hookline/db';
import type { Authenticate } from '@hookline/service';

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  database: Database;
  /** There are tasks that someone waits for: they are claimed at once. */
  wakeTasks: () => void;
}
