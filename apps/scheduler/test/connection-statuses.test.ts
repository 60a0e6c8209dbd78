import type { Database } from '@hookline/db';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createJournal } from '../src/journal/journal.ts';
import { markAppFaulty } from '../src/sql/mark-app-faulty.ts';
import { pauseForApp, resumeForApp } from '../src/sql/pause-for-app.ts';
import { createAnnouncer } from '../src/status/announcer.ts';
import { type ConnectionHealth, createConnectionHealth } from '../src/status/connection-health.ts';
import { createConnectionStatusesJob } from '../src/status/connection-statuses-job.ts';
import type { StatusEvent } from '../src/status/decide-status.ts';
import { createStatusChanges, type StatusChanges } from '../src/status/status-changes.ts';
import { insertTasks } from './connection-rows.ts';
import { createHarness, type Harness, logger, startWorker } from './harness.ts';

interface Scene extends Harness {
  database: Database;
  health: ConnectionHealth;
  apply(event: StatusEvent, reason?: string): Promise<void>;
  /** The status of the connection, as it is stored. */
  status(): Promise<{ status: string; reason: string | null }>;
}

const ID = 'con_1';

/** A connection with a token that is refreshed, a poll and a watch, all of which work. */
async function createScene(): Promise<Scene> {
  const harness = await createHarness();
  const { asOwner } = harness;
  const database = harness.openDatabase();
  const journal = createJournal();
  const announcer = createAnnouncer({ database, logger, events: { publish: async () => {} } });
  const statusChanges: StatusChanges = createStatusChanges({ journal, announcer });
  await asOwner(
    `insert into oauth_apps (id, provider, client_id, client_secret, settings, source)
     values ('oap_1', 'github', 'client', 'sealed', '{}', 'api')`,
  );
  await asOwner(
    `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, consent_at)
     values ($1, 'acme', 'github', 'oap_1', '1001', '{}', 'connected', hookline_now())`,
    [ID],
  );
  await asOwner(
    `insert into connection_tokens (connection_id, kind, tenant_id, access_sealed, refresh_sealed, expires_at)
     values ($1, 'access', 'acme', 'sealed', 'sealed', hookline_now() + interval '1 hour')`,
    [ID],
  );
  await insertTasks(harness, [
    { connection: ID, name: 'notifications' },
    { connection: ID, name: 'repository-events', kind: 'resources' },
    { connection: ID, name: 'routes', kind: 'routes' },
  ]);
  await asOwner(
    `insert into platform_webhooks
       (id, tenant_id, platform, watch, resource, connection_ids, connection_id, app_id, account_id, webhook_url, status)
     values ('pwh_1', 'acme', 'github', 'repository-hook', '1', array[$1], $1, 'oap_1', '1001', '', 'verified')`,
    [ID],
  );
  return {
    ...harness,
    database,
    health: createConnectionHealth({ database, statusChanges, onChanged: announcer.wake }),
    apply: (event, reason) =>
      database.withSystem(async (transaction) => {
        await statusChanges.applyTo(transaction, ID, event, reason);
      }),
    async status() {
      const [row] = await asOwner<{ status: string; reason: string | null }>(
        'select status, reason from connections where id = $1',
        [ID],
      );
      if (row === undefined) throw new Error('the connection is gone');
      return row;
    },
  };
}

/** Each fault of a connection: how it begins and ends, and the status that it gives. */
const FAULTS: Readonly<Record<string, { begin: string; end: string; status: string }>> = {
  rate_limited: {
    begin:
      "update connection_tokens set failure_reason = 'rate_limited', failures = 1, first_failed_at = hookline_now()",
    end: 'update connection_tokens set failure_reason = null, failures = 0, first_failed_at = null',
    status: 'refreshing',
  },
  app_not_installed: {
    begin: `update connection_tasks set cursor = '{"lacksNeeded": true}' where kind = 'routes'`,
    end: `update connection_tasks set cursor = '{"lacksNeeded": false}' where kind = 'routes'`,
    status: 'degraded',
  },
  no_refresh_token: {
    begin: 'update connection_tokens set refresh_sealed = null',
    end: "update connection_tokens set refresh_sealed = 'sealed'",
    status: 'degraded',
  },
  missing_scope: {
    begin: "update connection_tasks set paused_reason = 'missing_scope' where kind = 'poll'",
    end: "update connection_tasks set paused_reason = null where kind = 'poll'",
    status: 'degraded',
  },
  resources_not_found: {
    begin: `update connection_tasks set cursor = '{"unknown": ["acme/gone"]}' where kind = 'resources'`,
    end: `update connection_tasks set cursor = '{"unknown": []}' where kind = 'resources'`,
    status: 'degraded',
  },
  watch_failing: {
    begin: "update platform_webhooks set status = 'unverified', reason = 'not_confirmed'",
    end: "update platform_webhooks set status = 'verified', reason = null",
    status: 'degraded',
  },
  poll_failing: {
    begin: "update connection_tasks set failures = 3 where kind = 'poll'",
    end: "update connection_tasks set failures = 0 where kind = 'poll'",
    status: 'degraded',
  },
};

test('each fault gives the connection its status and reason, and its end takes them away', async () => {
  const scene = await createScene();
  for (const [reason, { begin, end, status }] of Object.entries(FAULTS)) {
    await scene.asOwner(begin);
    await scene.health.look([ID]);
    expect([reason, await scene.status()]).toEqual([reason, { status, reason }]);
    await scene.asOwner(end);
    await scene.health.look([ID]);
    expect([reason, await scene.status()]).toEqual([reason, { status: 'connected', reason: null }]);
  }
});

test('the end of one fault shows the one that is left: a refresh does not hide a watch that fails, nor the other way round', async () => {
  const scene = await createScene();
  const faults = Object.entries(FAULTS);
  for (const { begin } of Object.values(FAULTS)) await scene.asOwner(begin);
  for (const [reason, { end, status }] of faults) {
    await scene.health.look([ID]);
    expect(await scene.status()).toEqual({ status, reason });
    await scene.asOwner(end);
  }
  await scene.health.look([ID]);
  expect(await scene.status()).toEqual({ status: 'connected', reason: null });
});

test('after a pause of any kind the status is what the facts say, whether they changed before the pause or in it', async () => {
  const scene = await createScene();
  const { database, asOwner } = scene;
  const pauses: Readonly<Record<string, [() => Promise<unknown>, () => Promise<unknown>]>> = {
    requested: [() => scene.apply('pause'), () => scene.apply('resume')],
    suspended_at_provider: [() => scene.apply('suspended'), () => scene.apply('restored')],
    app_misconfigured: [
      () =>
        database.withSystem(async (transaction) => {
          await markAppFaulty(transaction, 'oap_1', 'invalid_client');
          await pauseForApp(transaction, 'oap_1', { connectionId: '', kind: '' });
        }),
      () => database.withSystem((transaction) => resumeForApp(transaction, 'oap_1')),
    ],
  };
  // A poll begins without failures after a pause.
  const lasting = Object.entries(FAULTS).filter(([reason]) => reason !== 'poll_failing');
  for (const [pause, [begin, end]] of Object.entries(pauses)) {
    for (const [reason, fault] of lasting) {
      const shown = { status: fault.status, reason };
      const row = `${pause} with ${reason}`;
      await asOwner(fault.begin);
      await scene.health.look([ID]);
      await begin();
      expect([row, await scene.status()]).toEqual([row, { status: 'paused', reason: pause }]);
      await end();
      expect([row, await scene.status()]).toEqual([row, shown]);

      await begin();
      await asOwner(fault.end);
      await scene.health.look([ID]);
      expect([row, await scene.status()]).toEqual([row, { status: 'paused', reason: pause }]);
      await end();
      expect([row, await scene.status()]).toEqual([row, { status: 'connected', reason: null }]);

      await begin();
      await asOwner(fault.begin);
      await end();
      expect([row, await scene.status()]).toEqual([row, shown]);
      await asOwner(fault.end);
      await scene.health.look([ID]);
    }
  }
});

test('a connection that needs a consent is neither paused, resumed nor connected by facts, and a grant ends that', async () => {
  const scene = await createScene();
  await scene.apply('pause');
  await scene.apply('grant_dead', 'invalid_grant');
  for (const event of ['resume', 'pause', 'resume', 'facts_changed'] as const) {
    await scene.apply(event);
    expect(await scene.status()).toEqual({ status: 'needs_reauth', reason: 'invalid_grant' });
  }
  await scene.apply('granted');
  expect(await scene.status()).toEqual({ status: 'connected', reason: null });
});

test('a status that a replica left behind its facts when it died is corrected by a job, with an entry in the journal', async () => {
  const scene = await createScene();
  await scene.asOwner(FAULTS['watch_failing']?.begin ?? '');
  startWorker(scene.database, createConnectionStatusesJob(scene.database, scene.health));
  await until(async () => (await scene.status()).status === 'degraded');
  const entries = await scene.asOwner('select outcome from connection_journal where connection_id = $1', [
    ID,
  ]);
  expect(entries).toEqual([{ outcome: 'degraded' }]);
});

test('when a connection begins or ceases to receive pushes, ingest is to be told of the sources of its watches', async () => {
  const scene = await createScene();
  const isMarked = async () => {
    const [row] = await scene.asOwner<{ marked: boolean }>(
      'select intake_due_at is not null as marked from platform_webhooks',
    );
    await scene.asOwner('update platform_webhooks set intake_due_at = null');
    return row?.marked;
  };
  for (const [event, marked] of [
    ['pause', true],
    // It is paused for both now.
    ['app_faulty', false],
    ['resume', true],
    // A faulty application alone withholds nothing.
    ['app_repaired', false],
    ['suspended', false],
    ['grant_dead', true],
    ['revoked', false],
    ['granted', true],
  ] as const) {
    await scene.apply(event, 'invalid_grant');
    expect([event, await isMarked()]).toEqual([event, marked]);
  }
  // The connections that need the watch change.
  await scene.asOwner("update platform_webhooks set connection_ids = connection_ids || '{con_2}'");
  expect(await isMarked()).toBe(true);
  await scene.asOwner("update platform_webhooks set source_id = 'src_1'");
  expect(await isMarked()).toBe(true);
});
