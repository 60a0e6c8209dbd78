import { migrateDatabase } from '@hookline/db';
import { findFreePort, type Postgres, silentLog, startPostgres, urlForRole } from '@hookline/stack';
import { inject } from 'vitest';
import type { TestDatabase } from './create-test-database.ts';
import './provided-context.ts';
import { makeTestDirectory, removeTestDirectory } from './test-directory.ts';

/** A migrated database on a Postgres of its own, which the test may end. */
export interface OwnPostgres extends TestDatabase {
  /** Sends SIGKILL, and resolves when the server has ended. The data stays. */
  kill(): Promise<unknown>;
  /** Sends SIGINT: the server ends all connections and itself. The data stays. */
  stop(): Promise<unknown>;
  /** Starts the server again at the same address. */
  restart(): Promise<void>;
}

/** Starts a Postgres for the calling test. `drop` ends it and removes its data. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = makeTestDirectory('own-postgres');
  const port = await findFreePort();
  // A killed process loses nothing that it gave to the kernel. Anything else must not have been confirmed.
  const settings = { fsync: 'off' };
  const launch = (): Promise<Postgres> => startPostgres({ dir, port, settings, log: silentLog });
  let postgres = await launch();
  const role = inject('serviceRole');
  await migrateDatabase({ ownerUrl: postgres.url, serviceRole: role });
  return {
    ownerUrl: postgres.url,
    serviceUrl: urlForRole(postgres.url, role),
    servicePassword: role.password,
    kill: () => postgres.kill(),
    stop: () => postgres.stop(),
    async restart() {
      postgres = await launch();
    },
    async drop() {
      await postgres.stop();
      removeTestDirectory(dir);
    },
  };
}
