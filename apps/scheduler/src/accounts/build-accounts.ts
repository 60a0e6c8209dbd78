import type { Database, SecretBox, Transaction } from '@hookline/db';
import type { ApiFetch } from '@hookline/outbound';
import type { Logger, Registry, Worker } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { Journal } from '../journal/journal.ts';
import type { Announcer } from '../status/announcer.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import type { Tokens } from '../tokens/build-tokens.ts';
import type { ConnectionHooks } from './connection-hooks.ts';
import { createDisconnect, type Disconnect } from './disconnect.ts';
import { createGrantRevocations, type RevocationTimes } from './grant-revocations.ts';
import { createGrantStore, type GrantStore } from './grant-store.ts';
import { createImportAccount, type ImportAccount } from './import-account.ts';
import { createKeptImports } from './kept-imports.ts';
import type { LeftRegistrations } from './left-registrations.ts';
import { createOAuthFlows, type OAuthFlows } from './oauth-flows.ts';
import { createRevocationMetrics } from './revocation-metrics.ts';

export interface Accounts {
  flows: OAuthFlows;
  grants: GrantStore;
  importAccount: ImportAccount;
  disconnect: Disconnect;
  /** Revokes grants that no connection has any more. */
  revocationWorker: Worker;
  /** To be called in the transaction that stores other settings of a connection. */
  settingsChanged(transaction: Transaction, connection: ConnectionFacts, app: AppFacts): Promise<void>;
}

/** All that connects and disconnects accounts. */
export function buildAccounts(parts: {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  journal: Journal;
  announcer: Announcer;
  statusChanges: StatusChanges;
  tokens: Tokens;
  hooks: readonly ConnectionHooks[];
  leftRegistrations: LeftRegistrations;
  gatewayPublicUrl: string;
  /** Called with the id of the application after a flow has failed. */
  onFailedFlow: (appId: string) => void;
  metrics: Registry;
  logger: Logger;
  /** Shorter times, for tests. */
  revocationTimes: RevocationTimes | undefined;
}): Accounts {
  const { tokens, metrics, revocationTimes, ...shared } = parts;
  const { seals, appFaults, endpoint } = tokens;
  const revocations = createGrantRevocations({
    ...shared,
    seals,
    metrics: createRevocationMetrics(metrics),
    times: revocationTimes,
  });
  const keptImports = createKeptImports({
    ...shared,
    seals,
    wakeRevocations: revocations.wake,
  });
  const grants = createGrantStore({ ...shared, seals, appFaults });
  return {
    grants,
    flows: createOAuthFlows({ ...shared, endpoint, grants, revocations }),
    importAccount: createImportAccount({ ...shared, endpoint, grants, keptImports }),
    disconnect: createDisconnect({ ...shared, revocations }),
    revocationWorker: revocations.worker,
    async settingsChanged(transaction, connection, app) {
      for (const hook of parts.hooks) await hook.settingsChanged?.(transaction, connection, app);
    },
  };
}
