import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { INTERNAL_HEADERS } from '@hookline/contracts';
import { type Log, readHome, type ServiceName, type Stack, startStack } from '@hookline/stack';
import { DatabaseWatcher } from './measure/database-activity.ts';
import {
  type ProfileSummary,
  readProfile,
  summarizeProfile,
  type TimeWindow,
} from './measure/summarize-profile.ts';
import type { Resources } from './resources.ts';
import { startWorker, type Worker } from './start-worker.ts';
import { makeTemporaryHome, removeTemporaryHome } from './temporary-home.ts';
import type { Commands } from './workers/serve-commands.ts';

export interface BenchStack {
  readonly stack: Stack;
  readonly database: DatabaseWatcher;
  /** The pid of a process of the stack. Throws when the process has ended, because nothing is restarted here. */
  pidOf(name: string): number;
  /** Calls a service's API as the gateway does for an operator. The error for an answer other than 2xx quotes it. */
  call<T>(service: ServiceName, method: string, path: string, body?: unknown): Promise<T>;
  /** Stops the profiled service, so that it writes its profile, and reads the profile. Undefined without `profile`. */
  readProfile(windows: readonly TimeWindow[]): Promise<ProfileSummary | undefined>;
}

export interface BenchStackOptions {
  services: readonly ServiceName[];
  sync: boolean;
  /** The service that is profiled. */
  profile: ServiceName | undefined;
  /** Options of Node for a service. */
  nodeOptions?: Partial<Record<ServiceName, readonly string[]>>;
  verbose: boolean;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  resources: Resources;
}

/** Starts Postgres, NATS and some of the services with temporary data. */
export async function startBenchStack(options: BenchStackOptions): Promise<BenchStack> {
  const { env, resources, signal } = options;
  const home = makeTemporaryHome(readHome(env));
  resources.defer(async () => removeTemporaryHome(home));
  const profiles = join(home, 'profiles');
  mkdirSync(profiles);

  const stack = await startStack({
    home,
    env,
    services: options.services.map((name) => {
      const nodeOptions = [
        ...(options.nodeOptions?.[name] ?? []),
        ...(name === options.profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []),
      ];
      if (nodeOptions.length === 0) return { name };
      return { name, env: { NODE_OPTIONS: [env['NODE_OPTIONS'] ?? '', ...nodeOptions].join(' ') } };
    }),
    natsSync: options.sync ? 'always' : 'default',
    // A process that dies under load is a result and must stay visible.
    autoRestart: false,
    log: createLog(options.verbose),
    signal,
  });
  resources.defer(() => stack.stop());
  const database = await DatabaseWatcher.connect(stack.databaseUrl);
  resources.defer(() => database.close());

  return {
    stack,
    database,
    pidOf(name) {
      const { pid } = stack.process(name);
      if (pid === undefined) throw new Error(`${name} has ended`);
      return pid;
    },
    async call<T>(service: ServiceName, method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(new URL(path, stack.urls[service]), {
        method,
        headers: {
          [INTERNAL_HEADERS.token]: stack.secrets.internalToken,
          [INTERNAL_HEADERS.role]: 'operator',
          [INTERNAL_HEADERS.keyId]: 'bench',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
      return (JSON.parse(text) as { data: T }).data;
    },
    async readProfile(windows) {
      if (options.profile === undefined) return undefined;
      await stack.process(options.profile).stop();
      const [file] = readdirSync(profiles);
      if (file === undefined) throw new Error(`${options.profile} has written no profile`);
      return summarizeProfile(readProfile(join(profiles, file)), windows);
    },
  };
}

/** Starts a worker that ends when the resources are released. */
export async function startBenchWorker<C extends Commands>(
  name: string,
  resources: Resources,
  nodeOptions: readonly string[] = [],
): Promise<Worker<C>> {
  const worker = await startWorker<C>(new URL(`./workers/${name}.ts`, import.meta.url), nodeOptions);
  resources.defer(() => worker.stop());
  return worker;
}

function createLog(verbose: boolean): Log {
  return ({ source, level, message, fields }) => {
    if (level !== 'error' && !(verbose && level === 'warn')) return;
    console.error(`${source}: ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
  };
}
