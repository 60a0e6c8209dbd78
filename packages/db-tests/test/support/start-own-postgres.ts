import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, type PostgresOptions, silentLog, startPostgres } from '@hookline/stack';
import { onTestFinished } from 'vitest';

/** A Postgres of the test's own: to be killed, or to be without what the run's template has left on its server. */
export interface OwnPostgres {
  readonly url: string;
  /** SIGKILL; resolves when it is gone. The data stays. */
  kill(): Promise<void>;
  /** At the same address; resolves when it answers. */
  start(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'hookline-db-tests-'));
  // As root, Postgres runs as another user, who must get through.
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
