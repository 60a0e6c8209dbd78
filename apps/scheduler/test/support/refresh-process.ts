/** Many refreshing replicas in a process of its own, so that a test can kill it or stop it. Its parent sends its options. */
import { appendFileSync } from 'node:fs';
import { connectBus, ensureKeptValues } from '@hookline/bus';
import { createDatabase, createSecretBox } from '@hookline/db';
import { hashToken } from '@hookline/emulators';
import { type ApiFetch, createAddressGuard, createApiFetch } from '@hookline/outbound';
import { createLogger, createMetrics, runWorkers } from '@hookline/service';
import { createJournal } from '../../src/journal/journal.ts';
import { createAnnouncer } from '../../src/status/announcer.ts';
import { createStatusChanges } from '../../src/status/status-changes.ts';
import { buildTokens } from '../../src/tokens/build-tokens.ts';
import { UNSTORED_TOKENS_BUCKET, UNSTORED_TOKENS_MAX_AGE_MS } from '../../src/tokens/unstored-tokens.ts';

export interface RefreshProcessOptions {
  databaseUrl: string;
  natsUrl: string;
  key: string;
  /** The name of its connections to Postgres. */
  name: string;
  workers: number;
  leaseMs: number;
  /** Exchanges at once of each worker. */
  maxInFlight: number;
  /** Gets a line with the hash of each refresh token, before it is sent to the provider. */
  journalPath: string;
}

process.once('message', (options: RefreshProcessOptions) => {
  run(options).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

/** What is in the file before a call is there after a SIGKILL too. */
function noteExchanges(api: ApiFetch, journalPath: string): ApiFetch {
  return {
    close: () => api.close(),
    call(request, limits) {
      const token = new URLSearchParams(String(request.body ?? '')).get('refresh_token');
      if (token !== null) appendFileSync(journalPath, `${hashToken(token)}\n`);
      return api.call(request, limits);
    },
  };
}

async function run(options: RefreshProcessOptions): Promise<void> {
  const { databaseUrl, natsUrl, key, name, workers, leaseMs, maxInFlight, journalPath } = options;
  const logger = createLogger({ service: name, level: 'silent' });
  const database = createDatabase({
    url: databaseUrl,
    applicationName: name,
    maxConnections: 8,
    onConnectionError: () => {},
  });
  const box = createSecretBox([key]);
  const bus = await connectBus({ url: natsUrl, name, logger, onClosed: () => {} });
  const kept = await ensureKeptValues(bus, {
    bucket: UNSTORED_TOKENS_BUCKET,
    maxAgeMs: UNSTORED_TOKENS_MAX_AGE_MS,
    replicas: 1,
  });
  const fetch = createApiFetch({
    guard: createAddressGuard({ allowPrivate: true }),
    // All replicas of this process share it.
    connectionsPerOrigin: 256,
  });
  const api = noteExchanges(fetch, journalPath);
  const journal = createJournal();
  const announcer = createAnnouncer({ database, logger, events: { publish: async () => {} } });
  const statusChanges = createStatusChanges({ journal, announcer });
  const running = runWorkers(
    Array.from({ length: workers }, () => {
      const { worker } = buildTokens({
        database,
        box,
        api,
        kept,
        journal,
        announcer,
        statusChanges,
        metrics: createMetrics(name),
        logger,
        times: { leaseMs, exchangeMs: leaseMs / 3, pollIntervalMs: 1_000, maxInFlight },
      });
      return worker;
    }),
    (error) => {
      throw error;
    },
  );
  process.once('SIGTERM', () => {
    running
      .stop()
      .then(() => process.exit(0))
      .catch(() => process.exit(1));
  });
  process.send?.('ready');
}
