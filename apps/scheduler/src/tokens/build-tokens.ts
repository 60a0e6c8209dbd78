import type { KeptValues } from '@hookline/bus';
import type { Database, SecretBox } from '@hookline/db';
import type { ApiFetch } from '@hookline/outbound';
import type { Logger, Registry, Worker } from '@hookline/service';
import type { Journal } from '../journal/journal.ts';
import type { Announcer } from '../status/announcer.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import { type AccessTokens, createAccessTokens } from './access-tokens.ts';
import { type AppFaults, createAppFaults } from './app-faults.ts';
import { createRefreshMetrics } from './refresh-metrics.ts';
import { createRefreshWorker, type RefreshWorkerOptions } from './refresh-worker.ts';
import { createRefresher, type Refresher } from './refresher.ts';
import { createRefreshSettlement } from './settle-refresh.ts';
import { createTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';
import { createTokenSeals, type TokenSeals } from './token-seals.ts';
import { createUnstoredTokens } from './unstored-tokens.ts';

export interface Tokens {
  accessTokens: AccessTokens;
  appFaults: AppFaults;
  endpoint: TokenEndpoint;
  refresher: Refresher;
  seals: TokenSeals;
  /** Refreshes what is due. */
  worker: Worker;
}

export interface TokensParts {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  /** The bucket of UNSTORED_TOKENS_BUCKET. */
  kept: KeptValues;
  journal: Journal;
  announcer: Announcer;
  statusChanges: StatusChanges;
  metrics: Registry;
  logger: Logger;
  /** Shorter times, for tests. */
  times?: TokenTimes | undefined;
}

export type TokenTimes = { leaseMs?: number; exchangeMs?: number } & Pick<
  RefreshWorkerOptions,
  'pollIntervalMs' | 'maxInFlight' | 'maxInFlightPerApp'
>;

/** All that keeps tokens valid and hands them out. */
export function buildTokens(parts: TokensParts): Tokens {
  const { database, box, api, kept, journal, announcer, statusChanges, metrics, logger, times = {} } = parts;
  const { leaseMs, exchangeMs, ...workerTimes } = times;
  const seals = createTokenSeals(box);
  const endpoint = createTokenEndpoint(api, exchangeMs);
  const appFaults = createAppFaults({ statusChanges, announcer });
  const onSettled = announcer.wake;
  const refresher = createRefresher({
    database,
    box,
    seals,
    endpoint,
    settlement: createRefreshSettlement({ database, journal, statusChanges, appFaults }),
    unstored: createUnstoredTokens(kept, logger),
    metrics: createRefreshMetrics(metrics),
    logger,
    onSettled,
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });
  return {
    accessTokens: createAccessTokens({ database, seals, refresher, journal, statusChanges, onSettled }),
    appFaults,
    endpoint,
    refresher,
    seals,
    worker: createRefreshWorker({ database, refresher, logger, ...workerTimes }),
  };
}
