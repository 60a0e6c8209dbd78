import {
  connectBus,
  createEventPublisher,
  createPublishAnySize,
  ensurePayloadObjects,
  ensureStreams,
  type PayloadObjects,
} from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createAddressGuard, createApiFetch } from '@hookline/outbound';
import { createMetrics, createReceiptClock, runWorkers } from '@hookline/service';
import { until } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import { createPublishEvents } from '../../src/events/publish-events.ts';
import { toAppFacts } from '../../src/facts/app-facts.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { buildPolls } from '../../src/polls/build-polls.ts';
import { ensurePolls } from '../../src/polls/ensure-polls.ts';
import { createProviderApi } from '../../src/provider-api/provider-api.ts';
import { createQuotaBook } from '../../src/provider-api/quota-book.ts';
import { findConnection } from '../../src/sql/find-connection.ts';
import { findOAuthApp } from '../../src/sql/find-oauth-app.ts';
import { createTaskMetrics } from '../../src/tasks/task-metrics.ts';
import { createTaskWorker, type TaskWorkerOptions } from '../../src/tasks/task-worker.ts';
import { dueNow } from '../../src/tasks/tasks.ts';
import { readTasks, type StoredTask } from '../connection-rows.ts';
import { logger } from '../harness.ts';
import { openEvents } from '../read-events.ts';
import { box, createTokenScene, type TokenScene } from './token-scene.ts';

export const STREAMS = { replicas: 1, maxAgeMs: 3_600_000, maxBytes: -1, duplicateWindowMs: 120_000 };

export interface PollReplica {
  database: Database;
  stop(): Promise<void>;
}

export interface PolledConnection {
  id: string;
  provider: string;
  accountId: string;
  accountName?: string;
  access: string;
  kind?: 'access' | 'bot';
  appId?: string;
  scopes?: string[];
  settings?: object;
}

export interface PollScene extends TokenScene {
  payloads: PayloadObjects;
  /** Starts a replica that polls. It stops when the test ends. */
  startReplica(times?: Partial<TaskWorkerOptions>): Promise<PollReplica>;
  /** Stores a connection with a token, and gives it its polls, which are due at once. */
  connect(connection: PolledConnection): Promise<void>;
  /** Polls now, and waits until all polls of that name have ended once more. */
  poll(connectionId: string, name: string, resource?: string): Promise<StoredTask[]>;
  /** Waits until the task has ended a run with that outcome. */
  ended(where: string, outcome: string): Promise<StoredTask>;
  events(): Promise<HooklineEvent[]>;
}

/** A token scene with polls, and the stream of events. */
export async function createPollScene(): Promise<PollScene> {
  const scene = await createTokenScene();
  const bus = await connectBus({ url: scene.nats.url, name: 'test', logger, onClosed: () => {} });
  onTestFinished(() => bus.close());
  await ensureStreams(bus, STREAMS);
  const payloads = await ensurePayloadObjects(bus, STREAMS);
  const readEvents = await openEvents(scene.nats.url);
  const database = scene.openDatabase();

  return {
    ...scene,
    payloads,
    async startReplica(times = {}) {
      const replica = await scene.openReplica();
      const publisher = createEventPublisher(bus);
      onTestFinished(() => publisher.close());
      const publishAnySize = createPublishAnySize(bus, () => publisher, payloads);
      const fetch = createApiFetch({ guard: createAddressGuard({ allowPrivate: true }) });
      onTestFinished(() => fetch.close());
      const kinds = buildPolls({
        database: replica.database,
        secretBox: box,
        api: createProviderApi({
          fetch,
          tokens: replica.accessTokens,
          quotas: createQuotaBook(replica.database),
          logger,
          userAgent: 'test',
        }),
        publishEvents: createPublishEvents(createReceiptClock(replica.database, logger), {
          publish: (event) => publishAnySize(event, 8_000),
        }),
        journal: createJournal(),
      });
      const worker = createTaskWorker({
        database: replica.database,
        kinds,
        logger,
        metrics: createTaskMetrics(createMetrics('scheduler')),
        onFactsChanged: (id) => replica.health.look([id]),
        pollIntervalMs: 50,
        ...times,
      });
      const running = runWorkers([worker], (error) => {
        throw error;
      });
      onTestFinished(() => running.stop());
      return { database: replica.database, stop: () => running.stop() };
    },
    async connect({ id, provider, accountId, accountName, access, kind, appId, scopes, settings }) {
      await scene.addConnection({
        id,
        provider,
        account: accountId,
        access,
        kind: kind ?? 'access',
        ...(appId !== undefined && { appId }),
      });
      await scene.asOwner(
        'update connections set account_name = $2, scopes_granted = $3, settings = $4 where id = $1',
        [id, accountName ?? null, scopes ?? null, JSON.stringify(settings ?? {})],
      );
      // It has no refresh token.
      await scene.asOwner('update connection_tokens set expires_at = null where connection_id = $1', [id]);
      const connection = await findConnection(database, id);
      const app = await findOAuthApp(database, appId ?? 'oap_1');
      if (connection === undefined || app === undefined) throw new Error('there is no connection');
      await database.withTenant(connection.tenant, (transaction) =>
        ensurePolls(transaction, connection, toAppFacts(app, box)),
      );
    },
    async poll(connectionId, name, resource) {
      const where = `connection_id = '${connectionId}' and kind = 'poll' and name = '${name}'`;
      // Ended once since its creation, so that the next end is that of the run that is asked for.
      await until(async () => (await readTasks(scene, `${where} and last_finished_at is null`)).length === 0);
      await scene.asOwner(`update connection_tasks set last_outcome = null where ${where}`);
      await dueNow(database, connectionId, 'poll', { name, ...(resource !== undefined && { resource }) });
      const of = resource === undefined ? where : `${where} and resource = '${resource}'`;
      return await until(async () => {
        const tasks = await readTasks(scene, of);
        const done = tasks.every(
          (task) =>
            task.paused_reason !== null || (task.last_outcome !== null && task.last_outcome !== 'more'),
        );
        return done && tasks;
      });
    },
    ended: (where, outcome) =>
      until(async () => {
        const [task] = await readTasks(scene, `${where} and last_outcome = '${outcome}'`);
        return task;
      }),
    events: () => readEvents('acme'),
  };
}

/** The types and the dedupe keys of events without their connection. */
export const keysOf = (events: readonly HooklineEvent[]): string[] =>
  events.map(({ attributes: { type, dedupekey } }) => `${type} ${dedupekey.replace(/^con_\w+:/, '')}`);
