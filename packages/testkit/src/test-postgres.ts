import { type Log, StackError, startPostgres } from '@hookline/stack';
import type { TestSettings } from './env.ts';
import { makeTestDirectory, removeTestDirectory } from './test-directory.ts';

export interface TestPostgres {
  /** Connects to the database `postgres` as the superuser. */
  url: string;
  stop(): Promise<void>;
}

/** Many test files share one server, each with its own pools. */
const MAX_CONNECTIONS = 400;
/** The data need not outlive the run. */
const volatile = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  // The data is in memory, see test-directory.ts.
  max_wal_size: '256MB',
  max_connections: MAX_CONNECTIONS,
};
const IMAGE = 'postgres:18-alpine';

export async function startTestPostgres(servers: TestSettings['servers'], log: Log): Promise<TestPostgres> {
  if (servers === 'containers') return await startContainer();
  try {
    return await startNative(log);
  } catch (error) {
    if (servers === 'auto' && error instanceof StackError && error.code === 'postgres_missing')
      return await startContainer();
    throw error;
  }
}

async function startNative(log: Log): Promise<TestPostgres> {
  const dir = makeTestDirectory('postgres');
  try {
    const postgres = await startPostgres({ dir, settings: volatile, log });
    return {
      url: postgres.url,
      stop: async () => {
        await postgres.stop();
        removeTestDirectory(dir);
      },
    };
  } catch (error) {
    removeTestDirectory(dir);
    throw error;
  }
}

async function startContainer(): Promise<TestPostgres> {
  // Loaded on demand: the package is large, and most runs need no container.
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const settings = Object.entries(volatile).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const container = await new PostgreSqlContainer(IMAGE)
    .withDatabase('postgres')
    .withUsername('postgres')
    .withCommand(['postgres', ...settings])
    .withTmpFs({ '/var/lib/postgresql': 'rw' })
    .start();
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}
