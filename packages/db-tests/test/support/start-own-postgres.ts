import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, type PostgresOptions, silentLog, startPostgres } from '@hookline/stack';
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
  const dir = mkdtempSync(join(tmpdir(), 'hookline-db-tests-'));
  // If this process is root, Postgres runs as another user, who must be able to enter the directory.
  chmodSync(dir, 0o711);
  const options: PostgresOptions = { dir, settings: { fsync: 'off', max_connections: 20 }, log: silentLog };
  let server: Postgres = await startPostgres(options);
  const { port, url } = server;
  onTestFinished(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
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
