import {
  createEventPublisher,
  createPublishAnySize,
  ensureKeptValues,
  ensurePayloadObjects,
  ensureStreams,
} from '@hookline/bus';
import { createSecretBox } from '@hookline/db';
import { createAddressGuard, createApiFetch } from '@hookline/outbound';
import {
  buildService,
  checkProblem,
  createBulkWorker,
  createHttpServer,
  createReceiptClock,
  openBus,
  type Runtime,
  readPrincipal,
  requireInternalToken,
  type Service,
} from '@hookline/service';
import { buildAccounts } from './accounts/build-accounts.ts';
import { createConnectionUpkeepJob } from './accounts/connection-upkeep-job.ts';
import { createReauthReminderJob } from './accounts/reauth-reminder-job.ts';
import { upsertEnvironmentApps } from './accounts/upsert-environment-apps.ts';
import { createVerifyKind, ensureVerification } from './accounts/verify-task.ts';
import { buildPushing } from './build-pushing.ts';
import { createConnectionBulkJobs } from './bulk/connection-bulk-jobs.ts';
import { createDoctor } from './doctor/doctor.ts';
import { createDoctorJob } from './doctor/doctor-job.ts';
import { createPublishEvents } from './events/publish-events.ts';
import { checkPartitions } from './health/check-partitions.ts';
import { createPartitionsJob } from './jobs/create-partitions-job.ts';
import { createJobMetrics } from './jobs/job-metrics.ts';
import { createJobWorker } from './jobs/job-worker.ts';
import { createRetentionJob } from './jobs/retention-job.ts';
import { createJournal } from './journal/journal.ts';
import type { SchedulerOptions } from './options.ts';
import { buildPolls } from './polls/build-polls.ts';
import { ensurePolls } from './polls/ensure-polls.ts';
import { createProviderApi } from './provider-api/provider-api.ts';
import { createQuotaBook } from './provider-api/quota-book.ts';
import { registerBreakerGauge } from './provider-api/register-breaker-gauge.ts';
import { mountRoutes } from './routes/mount-routes.ts';
import { createScheduleWorker } from './schedules/schedule-worker.ts';
import { MAINTENANCE_MS } from './sql/with-maintenance.ts';
import { createAnnouncer } from './status/announcer.ts';
import { createConnectionEvents } from './status/connection-events.ts';
import { createConnectionHealth } from './status/connection-health.ts';
import { createConnectionStatusesJob } from './status/connection-statuses-job.ts';
import { createStatusChanges } from './status/status-changes.ts';
import { createGovernorJob } from './tasks/governor-job.ts';
import { createTaskMetrics } from './tasks/task-metrics.ts';
import { createTaskWorker } from './tasks/task-worker.ts';
import { removeTasks } from './tasks/tasks.ts';
import { createWatchdogJob, registerWatchdogGauges } from './tasks/watchdog-job.ts';
import { buildTokens } from './tokens/build-tokens.ts';
import { UNSTORED_TOKENS_BUCKET, UNSTORED_TOKENS_MAX_AGE_MS } from './tokens/unstored-tokens.ts';

const PUBLISH_DEADLINE_MS = 8_000;
const BULK_POLL_INTERVAL_MS = 1_000;
const USER_AGENT = 'Hookline/0.1 (+https://github.com/hookline/hookline)';

/** The scheduler, connected and at work, not yet listening. */
export function buildScheduler(options: SchedulerOptions, runtime: Runtime): Promise<Service> {
  return buildService({
    name: 'scheduler',
    options,
    runtime,
    unansweredAfterMs: MAINTENANCE_MS + 5_000,
    async build(foundation) {
      const { database, health, logger, tracing } = foundation;
      const { bus } = await openBus(foundation, options);
      await ensureStreams(bus, options.streams);
      const publisher = createEventPublisher(bus);
      foundation.onClose(() => publisher.close());
      const payloads = await ensurePayloadObjects(bus, options.streams);
      const publishAnySize = createPublishAnySize(bus, () => publisher, payloads);
      const receiptClock = createReceiptClock(database, logger);
      await receiptClock.ask();
      health.addInformation('clock', checkProblem(receiptClock));
      const publishEvents = createPublishEvents(receiptClock, {
        publish: (event) => publishAnySize(event, PUBLISH_DEADLINE_MS),
      });
      health.addCheck('partitions', () => checkPartitions(database));

      const box = createSecretBox(options.encryptionKeys);
      const guard = createAddressGuard(options.outbound);
      const api = createApiFetch({ guard });
      foundation.onClose(() => api.close());
      const journal = createJournal();
      const announcer = createAnnouncer({ database, events: createConnectionEvents(publishEvents), logger });
      const statusChanges = createStatusChanges({ journal, announcer });
      const connectionHealth = createConnectionHealth({
        database,
        statusChanges,
        onChanged: announcer.wake,
      });
      const tokens = buildTokens({
        database,
        box,
        api,
        kept: await ensureKeptValues(bus, {
          bucket: UNSTORED_TOKENS_BUCKET,
          maxAgeMs: UNSTORED_TOKENS_MAX_AGE_MS,
          replicas: options.streams.replicas,
        }),
        journal,
        announcer,
        statusChanges,
        metrics: foundation.metrics,
        logger,
        times: options.times?.tokens,
      });
      // Also for the exchanges that calls of the API began.
      foundation.onClose(() => tokens.refresher.drain());

      const providerApi = createProviderApi({
        fetch: api,
        tokens: tokens.accessTokens,
        quotas: createQuotaBook(database),
        logger,
        userAgent: USER_AGENT,
      });
      registerBreakerGauge(foundation.metrics, providerApi);
      let wakeTasks = () => {};
      const pushing = buildPushing(foundation, options, {
        bus,
        payloads,
        database,
        box,
        api: providerApi,
        publishEvents,
        journal,
        statusChanges,
        connectionHealth,
        wakeAnnouncer: announcer.wake,
        wakeTasks: () => wakeTasks(),
      });
      const { removePushed } = pushing;
      const polls = buildPolls({
        database,
        secretBox: box,
        api: providerApi,
        publishEvents,
        journal,
        removePushed,
      });
      const taskWorker = createTaskWorker({
        database,
        kinds: [
          ...polls,
          ...pushing.kinds,
          createVerifyKind({
            database,
            secretBox: box,
            api: providerApi,
            journal,
            statusChanges,
            onSettled: announcer.wake,
          }),
        ],
        logger,
        metrics: createTaskMetrics(foundation.metrics),
        onFactsChanged: (id) => connectionHealth.look([id]),
      });
      wakeTasks = taskWorker.wake;
      registerWatchdogGauges(foundation.metrics, database);

      const { gatewayPublicUrl } = options;
      const doctor = createDoctor({ database, box, api, gatewayPublicUrl, logger });
      foundation.onClose(() => doctor.drain());
      const accounts = buildAccounts({
        database,
        box,
        api,
        journal,
        announcer,
        statusChanges,
        tokens,
        hooks: [
          {
            granted: ensurePolls,
            afterGranted: () => taskWorker.wake(),
            settingsChanged: ensurePolls,
            disconnected: (transaction, { id }) => removeTasks(transaction, id),
          },
          { granted: ensureVerification },
          {
            granted: pushing.watches.registerAll,
            settingsChanged: pushing.watches.registerAll,
            async beforeDisconnect(connection, _isLast, signal) {
              const application = await pushing.findApp(connection.appId);
              if (application) await pushing.watches.undoAll(connection, application, signal);
            },
            disconnected: (transaction, { id }) => pushing.watches.leaveAll(transaction, id),
          },
        ],
        leftRegistrations: pushing.leftWatches,
        gatewayPublicUrl,
        onFailedFlow: doctor.examineLater,
        metrics: foundation.metrics,
        logger,
        revocationTimes: options.times?.revocations,
      });
      await upsertEnvironmentApps({
        database,
        box,
        appFaults: tokens.appFaults,
        apps: options.environmentAppSecrets,
        fingerprintKey: options.encryptionKeys[0] ?? '',
      });

      const jobs = [
        createPartitionsJob(database),
        createRetentionJob(database, options.retention, logger),
        createGovernorJob(database, journal, logger),
        createWatchdogJob(database, logger),
        createConnectionUpkeepJob(database),
        createConnectionStatusesJob(database, connectionHealth),
        createReauthReminderJob(database, announcer),
        createDoctorJob(database, doctor),
        ...pushing.jobs,
      ];
      const metrics = createJobMetrics(foundation.metrics, database);
      const bulkJobs = createConnectionBulkJobs(statusChanges);
      const bulkWorker = createBulkWorker({
        database,
        logger,
        jobs: bulkJobs,
        pollIntervalMs: BULK_POLL_INTERVAL_MS,
        onPart() {
          announcer.wake();
          taskWorker.wake();
          pushing.intake.wake();
        },
      });
      foundation.runWorkers([
        receiptClock,
        ...jobs.map((job) => createJobWorker({ job, database, logger, metrics, tracing })),
        createScheduleWorker({ database, publishEvents, logger }),
        announcer,
        tokens.worker,
        accounts.revocationWorker,
        taskWorker,
        bulkWorker,
        ...pushing.workers,
      ]);

      const app = createHttpServer(foundation);
      mountRoutes(app, {
        database,
        wakeTasks: taskWorker.wake,
        bulkJobs,
        wakeBulkJobs: bulkWorker.wake,
        pushing,
        api: providerApi,
        authenticate: (request) => readPrincipal(request, options.internalToken),
        requireGateway: (headers) => requireInternalToken(headers, options.internalToken),
        box,
        guard,
        accounts,
        tokens,
        journal,
        statusChanges,
        announcer,
        gatewayPublicUrl,
        doctor,
      });
      return app;
    },
  });
}
