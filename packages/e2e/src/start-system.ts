import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Log,
  type ServiceRequest,
  type Stack,
  type StackOptions,
  silentLog,
  startStack,
} from '@hookline/stack';
import { makeTestDirectory, removeTestDirectory } from '@hookline/testkit';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface System {
  stack: Stack;
  /** The directory of all data. */
  home: string;
  /** Calls the gateway as an operator. Throws an error that quotes an answer other than 2xx. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Reads one metric of a service, summed over its labels; undefined if the metric does not exist. */
  metric(service: string, name: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  log?: Log;
  /** An existing, migrated database. Absent: a Postgres is started, which the test may stop and kill. */
  database?: { ownerUrl: string; servicePassword: string };
  /** See StackOptions.programOf. Default: the services run from their source. */
  programOf?: StackOptions['programOf'];
}

/** Starts the services as separate processes, with their own NATS and Postgres, in a temporary home. */
export async function startSystem(
  services: readonly ServiceRequest[],
  { log = silentLog, database, programOf }: SystemOptions = {},
): Promise<System> {
  const home = makeTestDirectory('e2e');
  // nats-server is downloaded once per checkout, not once per test.
  const tools = join(process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline'), 'tools');
  mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(home, 'tools'));
  const stack = await startStack({
    home,
    env: process.env,
    services,
    natsSync: 'default',
    log,
    ...(programOf && { programOf }),
    ...(database && {
      databaseUrl: database.ownerUrl,
      secrets: { servicePassword: database.servicePassword },
    }),
  });

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, stack.urls.gateway), {
      method,
      headers: {
        authorization: `Bearer ${stack.secrets.operatorKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  }

  return {
    stack,
    home,
    call,
    async metric(service, name) {
      const text = await (await fetch(`${stack.process(service).url}/metrics`)).text();
      const values = text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
      return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
    },
    async stop() {
      await stack.stop();
      removeTestDirectory(home);
    },
  };
}
