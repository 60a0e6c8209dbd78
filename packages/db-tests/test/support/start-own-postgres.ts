import { type Postgres, type PostgresOptions, silentLog, startPostgres } from '@hookline/stack';
import { makeTestDirectory, removeTestDirectory } from '@hookline/testkit';
import { onTestFinished } from 'vitest';

/** A Postgres for one test: the test may kill it, and it has no roles from the template of the test run. */
export interface OwnPostgres {
  readonly url: string;
  /** Sends SIGKILL, and resolves when the process has ended. The data stays. */
  kill(): Promise<void>;
  /** Starts it at the same address, and resolves when it answers. */
  start(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = makeTestDirectory('own-postgres');
  const options: PostgresOptions = { dir, settings: { fsync: 'off', max_connections: 20 }, log: silentLog };
  let server: Postgres = await startPostgres(options);
  const { port, url } = server;
  onTestFinished(async () => {
    await server.stop();
    removeTestDirectory(dir);
  });
  return {
    url,
    async kill() {
      await server.kill('SIGKILL');
    },
    async start() {
      server = await startPostgres({ ...options, port });
    },
  };
}
