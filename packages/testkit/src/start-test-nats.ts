import { findFreePort, type Nats, silentLog, startNats } from '@hookline/stack';
import { inject } from 'vitest';
import './provided-context.ts';
import { makeTestDirectory, removeTestDirectory } from './test-directory.ts';

export interface TestNats {
  readonly url: string;
  readonly monitorUrl: string;
  readonly pid: number;
  /** Its configuration and the streams' files. */
  readonly directory: string;
  /** SIGKILL; resolves when it is gone. The data stays. */
  kill(): Promise<void>;
  /** Brings it up again on the same ports and data; an orderly end first if it is up. */
  restart(): Promise<void>;
  /** Ends it for good and removes the data. */
  stop(): Promise<void>;
}

/** A fresh nats-server with JetStream: up in about 50 ms, so each test file can have one. */
export async function startTestNats(
  options: {
    sync?: 'always' | 'default';
    /** In place of a directory of its own; it is left where it is. */
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
