import type { Database } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { VerificationInput } from '@hookline/providers';
import type { Authenticate, IdFactory } from '@hookline/service';
import type { EnvironmentSecrets } from '../../inbound/provider-secrets.ts';
import type { SourceSecrets } from '../../sources/source-secrets.ts';

/** What the routes of /api/sources work with. */
export interface SourceRoutesContext {
  authenticate: Authenticate;
  database: Database;
  secrets: SourceSecrets;
  /** To explain refusals with. */
  environmentSecrets: EnvironmentSecrets;
  nextSourceId: IdFactory;
  /** Origin that providers reach. */
  publicUrl: string;
  /** Judges the URLs among a source's options. */
  guard: AddressGuard;
  /** Of a request, as received and decoded. */
  maxBodyBytes: number;
  /** Gets what providers publish to verify with. */
  fetchPublished?: VerificationInput['fetchPublished'];
  /** Told after every committed change; resolves once this replica knows it. */
  onSourcesChanged: () => Promise<void>;
}
