/** A replica in a process of its own, so that a test can kill it or stop it. Its parent sends its options. */
import { connectBus, createEventPublisher, ensureKeptValues } from '@hookline/bus';
import { createDatabase, createSecretBox } from '@hookline/db';
import { createAddressGuard, createApiFetch } from '@hookline/outbound';
import { createLogger, createMetrics, createReceiptClock } from '@hookline/service';
import { createPublishEvents } from '../../src/events/publish-events.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { buildPolls } from '../../src/polls/build-polls.ts';
import { createProviderApi } from '../../src/provider-api/provider-api.ts';
import { createQuotaBook } from '../../src/provider-api/quota-book.ts';
import { createAnnouncer } from '../../src/status/announcer.ts';
import { createConnectionHealth } from '../../src/status/connection-health.ts';
import { createStatusChanges } from '../../src/status/status-changes.ts';
import { createTaskMetrics } from '../../src/tasks/task-metrics.ts';
import { createTaskWorker } from '../../src/tasks/task-worker.ts';
import { buildTokens } from '../../src/tokens/build-tokens.ts';
import { UNSTORED_TOKENS_BUCKET, UNSTORED_TOKENS_MAX_AGE_MS } from '../../src/tokens/unstored-tokens.ts';

export interface ProcessOptions {
  databaseUrl: string;
  natsUrl: string;
  key: string;
  /** Undefined: as in production. */
  leaseMs: number | undefined;
}

process.once('message', (options: ProcessOptions) => {
  run(options).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function run({ databaseUrl, natsUrl, key, leaseMs }: ProcessOptions): Promise<void> {
  const logger = createLogger({ service: 'poll-process', level: 'silent' });
  const database = createDatabase({
    url: databaseUrl,
    applicationName: 'poll-process',
    maxConnections: 2,
    onConnectionError: () => {},
  });
  const box = createSecretBox([key]);
  const bus = await connectBus({ url: natsUrl, name: 'poll-process', logger, onClosed: () => {} });
  const fetch = createApiFetch({ guard: createAddressGuard({ allowPrivate: true }) });
  const journal = createJournal();
  const announcer = createAnnouncer({ database, logger, events: { publish: async () => {} } });
  const statusChanges = createStatusChanges({ journal, announcer });
  const health = createConnectionHealth({ database, statusChanges, onChanged: announcer.wake });
  const tokens = buildTokens({
    database,
    box,
    api: fetch,
    kept: await ensureKeptValues(bus, {
      bucket: UNSTORED_TOKENS_BUCKET,
      maxAgeMs: UNSTORED_TOKENS_MAX_AGE_MS,
      replicas: 1,
    }),
    journal,
    announcer,
    statusChanges,
    metrics: createMetrics('poll-process'),
    logger,
  });
  const worker = createTaskWorker({
    database,
    kinds: buildPolls({
      database,
      secretBox: box,
      api: createProviderApi({
        fetch,
        tokens: tokens.accessTokens,
        quotas: createQuotaBook(database),
        logger,
        userAgent: 'test',
      }),
      publishEvents: createPublishEvents(createReceiptClock(database, logger), createEventPublisher(bus)),
      journal,
    }),
    logger,
    metrics: createTaskMetrics(createMetrics('scheduler')),
    onFactsChanged: (id) => health.look([id]),
    pollIntervalMs: 20,
    ...(leaseMs !== undefined && { leaseMs }),
  });
  process.send?.('ready');
  await worker.run(new AbortController().signal);
}
