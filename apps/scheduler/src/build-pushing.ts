import type { Bus, PayloadObjects } from '@hookline/bus';
import type { Database, SecretBox } from '@hookline/db';
import type { GrantChange } from '@hookline/providers';
import type { Foundation, Worker } from '@hookline/service';
import type { PublishEvents } from './events/publish-events.ts';
import type { AppFacts } from './facts/app-facts.ts';
import type { Job } from './jobs/job.ts';
import type { Journal } from './journal/journal.ts';
import type { SchedulerOptions } from './options.ts';
import type { PollOptions } from './polls/poll-task.ts';
import type { ProviderApi } from './provider-api/provider-api.ts';
import {
  type AppPushSources,
  createAppPushSources,
  createEnvironmentPushSources,
} from './pushes/app-push-sources.ts';
import { createPushConsumer } from './pushes/push-consumer.ts';
import { createPushMetrics } from './pushes/push-metrics.ts';
import { createPushRouter } from './pushes/push-router.ts';
import { createWatchNotices } from './pushes/watch-notices.ts';
import { createNoteWithheld } from './pushes/withheld-pushes.ts';
import { createReconcileKind } from './reconciliation/reconcile-task.ts';
import { createRemovePushed } from './reconciliation/remove-pushed.ts';
import { createInternalApi } from './services/internal-api.ts';
import { findApp as findAppFacts } from './sql/find-app.ts';
import { findConnection } from './sql/find-connection.ts';
import { findWatchedConnection } from './sql/find-watched-connection.ts';
import { requestPolls } from './sql/request-polls.ts';
import type { ConnectionHealth } from './status/connection-health.ts';
import type { StatusChanges } from './status/status-changes.ts';
import type { TaskKind } from './tasks/task.ts';
import { createConnectionRoutes } from './watches/connection-routes.ts';
import { createDiscoverKind } from './watches/discover-task.ts';
import { createLeftWatches, type LeftWatches } from './watches/left-watches.ts';
import { createPollTightening } from './watches/poll-tightening.ts';
import { createRegistrar } from './watches/registrar.ts';
import { createRoutesKind } from './watches/routes-task.ts';
import { createStoppedWatchesJob } from './watches/stopped-watches-job.ts';
import { createWatchAnnouncements } from './watches/watch-announcements.ts';
import { createWatchIntake, type WatchIntake } from './watches/watch-intake.ts';
import { createWatchSources } from './watches/watch-source.ts';
import { createWatchKind } from './watches/watch-task.ts';
import { createWatches, type Watches } from './watches/watches.ts';
import { createWritePacer } from './watches/write-pacer.ts';

export interface PushingParts {
  bus: Bus;
  /** The object store of payloads that are too large for a message. */
  payloads: PayloadObjects;
  database: Database;
  box: SecretBox;
  api: ProviderApi;
  publishEvents: PublishEvents;
  journal: Journal;
  statusChanges: StatusChanges;
  connectionHealth: ConnectionHealth;
  /** Publishes the announcements of changed statuses. */
  wakeAnnouncer: () => void;
  /** Runs due tasks at once. */
  wakeTasks: () => void;
}

/** Everything by which providers push, and by which what they miss is found. */
export interface Pushing {
  kinds: TaskKind[];
  jobs: Job[];
  workers: Worker[];
  watches: Watches;
  leftWatches: LeftWatches;
  intake: WatchIntake;
  appPushSources: AppPushSources;
  findApp: (appId: string) => Promise<AppFacts | undefined>;
  /** For the polls: removes what came by a push. */
  removePushed: NonNullable<PollOptions['removePushed']>;
}

const SECONDS_PER_DAY = 86_400;

export function buildPushing(
  foundation: Foundation,
  options: SchedulerOptions,
  parts: PushingParts,
): Pushing {
  const { logger } = foundation;
  const { bus, payloads, database, box, api, publishEvents, journal, statusChanges } = parts;
  const isOn = options.webhookRegistration;
  const ingest = createInternalApi(options.upstreams.ingest, options.internalToken);
  const delivery = createInternalApi(options.upstreams.delivery, options.internalToken);
  const findApp = (id: string) => findAppFacts(database, box, id);
  const find = (id: string) => findConnection(database, id);
  const common = { database, findConnection: find, findApp, journal };

  const sources = createWatchSources({ database, ingest, secretBox: box });
  const registrar = createRegistrar({ api, sources, pacer: createWritePacer(database) });
  const leftWatches = createLeftWatches({ database, registrar, sources, journal, logger });
  const watches = createWatches({
    database,
    registrar,
    sources,
    left: leftWatches,
    journal,
    logger,
    isOn,
  });
  const tightening = createPollTightening(database);
  const notices = createWatchNotices({
    database,
    findConnection: find,
    sources,
    tightening,
    health: parts.connectionHealth,
    journal,
    logger,
  });
  const routes = createConnectionRoutes({ database, api });
  const intake = createWatchIntake({ database, ingest, logger });
  const appPushSources = createAppPushSources({ database, ingest });

  const pollNow = async (polls: readonly { connectionId: string; name: string }[]) => {
    await requestPolls(database, polls);
    parts.wakeTasks();
  };
  const changeGrants = async (connectionIds: readonly string[], { change, reason }: GrantChange) => {
    await database.withSystem(async (transaction) => {
      for (const id of connectionIds) await statusChanges.applyTo(transaction, id, change, reason);
    });
    parts.wakeAnnouncer();
    intake.wake();
  };

  return {
    watches,
    leftWatches,
    intake,
    appPushSources,
    findApp,
    removePushed: createRemovePushed({ database, findApp, delivery }),
    kinds: [
      createWatchKind({
        ...common,
        registrar,
        sources,
        left: leftWatches,
        routes,
        tightening,
        announcements: createWatchAnnouncements(publishEvents),
        isOn,
      }),
      createDiscoverKind({
        ...common,
        findConnection: (id) => findWatchedConnection(database, id),
        api,
        stopOne: watches.undo,
        stopLeft: leftWatches.stopAll,
        isOn,
      }),
      createRoutesKind({ ...common, routes }),
      createReconcileKind({
        ...common,
        api,
        delivery,
        publishEvents,
        keptSeconds: options.retention.completedDays * SECONDS_PER_DAY,
        settleSeconds: options.reconciliationSettleSeconds,
      }),
    ],
    jobs: [createStoppedWatchesJob(watches)],
    workers: [
      intake,
      createPushConsumer({
        bus,
        objects: payloads,
        router: createPushRouter({
          database,
          findApp,
          publishEvents,
          pollNow,
          changeGrants,
          noteWithheld: createNoteWithheld({ database, journal }),
          notePush: notices.onPush,
          logger,
        }),
        onNotice: notices.onNotice,
        metrics: createPushMetrics(foundation.metrics),
        logger,
      }),
      createEnvironmentPushSources({
        database,
        sources: appPushSources,
        findApp,
        settings: options.pushSources,
        logger,
      }),
    ],
  };
}
