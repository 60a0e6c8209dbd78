import type { Database, SecretBox } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { Authenticate, BulkJobs } from '@hookline/service';
import type { Accounts } from '../accounts/build-accounts.ts';
import type { Pushing } from '../build-pushing.ts';
import type { Doctor } from '../doctor/doctor.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProviderApi } from '../provider-api/provider-api.ts';
import type { Announcer } from '../status/announcer.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import type { Tokens } from '../tokens/build-tokens.ts';

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  /** @throws ApiError `unauthenticated` for a caller that is not the gateway */
  requireGateway: (headers: Readonly<Record<string, unknown>>) => void;
  database: Database;
  box: SecretBox;
  guard: AddressGuard;
  accounts: Accounts;
  doctor: Doctor;
  tokens: Tokens;
  journal: Journal;
  statusChanges: StatusChanges;
  announcer: Announcer;
  /** Origin at which browsers reach the gateway. */
  gatewayPublicUrl: string;
  /** There are tasks that someone waits for: they are claimed at once. */
  wakeTasks: () => void;
  bulkJobs: BulkJobs;
  /** Called when a bulk job is due. */
  wakeBulkJobs: () => void;
  pushing: Pick<Pushing, 'appPushSources' | 'findApp' | 'intake'>;
  api: ProviderApi;
}
