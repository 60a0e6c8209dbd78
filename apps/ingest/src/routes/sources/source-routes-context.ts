import type { Database } from '@hookline/db';
import type { Authenticate } from '@hookline/service';
import type { IdFactory } from '../../events/create-id-factory.ts';
import type { SourceSecrets } from '../../sources/source-secrets.ts';

/** What the routes of /api/sources work with. */
export interface SourceRoutesContext {
  authenticate: Authenticate;
  database: Database;
  secrets: SourceSecrets;
  nextSourceId: IdFactory;
  /** Origin that providers reach. */
  publicUrl: string;
  /** Told after every committed change; resolves once this replica knows it. */
  onSourcesChanged: () => Promise<void>;
}
