import { findFreePort, type Nats, silentLog, startNats } from '@hookline/stack';
import { inject } from 'vitest';
import './provided-context.ts';
import { makeTestDirectory, removeTestDirectory } from './test-directory.ts';

export interface TestNats {
  readonly url: string;
  readonly monitorUrl: string;
  readonly pid: number;
  /** The directory of the server's configuration and of its streams. */
  readonly directory: string;
  /** Kills the server with SIGKILL, and resolves when its process has ended. The data stays. */
  kill(): Promise<void>;
  /** Starts the server again with the same ports and data. A running server is stopped in an orderly way first. */
  restart(): Promise<void>;
  /** Stops the server and removes the data. */
  stop(): Promise<void>;
}

/** Starts a new nats-server with JetStream. That takes about 50 ms, so each test file can have its own server. */
export async function startTestNats(
  options: {
    sync?: 'always' | 'default';
    /** The directory to use instead of a new one. It is not removed. */
    directory?: string | undefined;
  } = {},
): Promise<TestNats> {
  const dir = options.directory ?? makeTestDirectory('nats');
  const launch = async (port: number, monitorPort: number): Promise<Nats> =>
    await startNats({
      bin: inject('natsServerPath'),
      dir,
      port,
      monitorPort,
      sync: options.sync ?? 'default',
      log: silentLog,
    });
  const port = await findFreePort();
  const monitorPort = await findFreePort();
  let server = await launch(port, monitorPort);
  return {
    url: server.url,
    monitorUrl: server.monitorUrl,
    directory: dir,
    get pid() {
      return server.pid;
    },
    kill: async () => {
      await server.kill();
    },
    restart: async () => {
      await server.stop();
      server = await launch(port, monitorPort);
    },
    stop: async () => {
      await server.stop();
      if (options.directory === undefined) removeTestDirectory(dir);
    },
  };
}
