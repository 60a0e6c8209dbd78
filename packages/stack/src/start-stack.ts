import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { migrateDatabase } from '@hookline/db';
import { Child } from './child.ts';
import { ensureDatabase, probeDatabase, SERVICE_ROLE, urlForRole } from './database.ts';
import { StackError } from './errors.ts';
import { findFreePort, isPortFree } from './find-free-port.ts';
import { findNatsServer } from './find-nats-server.ts';
import { guardChild } from './guard-child.ts';
import { STACK_PID_FILE, stopLeftovers } from './leftovers.ts';
import { type Log, say } from './log.ts';
import { parseLogLine } from './parse-log-line.ts';
import { claimPidFile, removePidFile } from './pid-file.ts';
import { probeHttp } from './probe-http.ts';
import { ProcessHandle } from './process-handle.ts';
import { removeReadyFile } from './ready-file.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import {
  describeServiceEnvironment,
  type ServiceContext,
  type ServiceName,
  serviceDefinitions,
  serviceNames,
  sourceOf,
} from './services.ts';
import type { Stack } from './stack.ts';
import { startNats } from './start-nats.ts';
import { startPostgres } from './start-postgres.ts';
import { Supervisor } from './supervisor.ts';

export interface ServiceRequest {
  name: ServiceName;
  /** Default 1. The first replica is named `<name>`, replica n `<name>-<n>`. */
  replicas?: number;
  /** The first replica's port. Absent or 0: a free port, as for all other replicas. */
  port?: number;
  /** Variables that override all others in the environment of the replicas. */
  env?: Record<string, string>;
}

export interface StackOptions {
  /** The directory of data, secrets, downloaded tools and pid files. Only one stack may use it at a time. */
  home: string;
  /** The variables that services inherit, and the PATH for tools; usually `process.env`. */
  env: NodeJS.ProcessEnv;
  /** Default: one replica of each of the four services, on free ports. */
  services?: readonly ServiceRequest[];
  /** The address on which services listen. Default 127.0.0.1. */
  host?: string;
  /** The URL of an existing database for its owner. Absent: an embedded Postgres is started. */
  databaseUrl?: string | undefined;
  /** The URL of an existing NATS server with JetStream. Absent: a nats-server is started. */
  natsUrl?: string | undefined;
  natsMonitorUrl?: string | undefined;
  /** Secrets that replace the ones stored in the home. */
  secrets?: Partial<Secrets>;
  /** See PostgresOptions.settings. */
  postgresSettings?: Record<string, string | number>;
  /** See NatsOptions.sync. Default `always`. */
  natsSync?: 'always' | 'default';
  /** Default true: a stack on one machine is for trying Hookline out and for tests. */
  allowLoopbackEndpoints?: boolean;
  /** Finds the file that node runs for a service, such as a bundle. Default: the source of the service. */
  programOf?: (name: ServiceName) => string;
  /** Whether a process that dies is restarted automatically. Default true. */
  autoRestart?: boolean;
  /** Restarts a service when one of its source files changes. Default false. */
  watch?: boolean;
  log: Log;
  /** Aborts the start; processes that were already started are stopped again. */
  signal?: AbortSignal;
}

/**
 * Starts Postgres, NATS and the services, and resolves when every one is ready.
 * Throws StackError: `home_in_use`, `home_unusable`, `port_taken`, `migration_failed`, `process_failed`, and the
 * errors of `startPostgres`, `startNats` and `findNatsServer`. All started processes are stopped before it throws.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const runDir = openHome(options.home);
  const parts = new StackParts(runDir);
  try {
    return await bringUp(options, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function bringUp(options: StackOptions, parts: StackParts): Promise<Stack> {
  const { home, log, signal } = options;
  await stopLeftovers(parts.runDir, log);
  const requests: readonly ServiceRequest[] = options.services ?? serviceNames.map((name) => ({ name }));
  const ports = await choosePorts(requests, options.host ?? LOOPBACK);
  const secrets: Secrets = { ...loadSecrets(home), ...options.secrets };

  // `allSettled`, because when one start fails, the other server must be up before it can be stopped.
  const [database, nats] = await Promise.allSettled([
    openDatabase(options, secrets, parts),
    openNats(options, parts),
  ]);
  if (database.status === 'rejected') throw database.reason;
  if (nats.status === 'rejected') throw nats.reason;
  signal?.throwIfAborted();

  const databaseUrl = database.value;
  const serviceRole = { name: SERVICE_ROLE, password: secrets.servicePassword };
  await migrate(databaseUrl, serviceRole, log);
  signal?.throwIfAborted();

  const context: ServiceContext = {
    host: options.host ?? LOOPBACK,
    databaseUrl: urlForRole(databaseUrl, serviceRole),
    natsUrl: nats.value.url,
    natsMonitorUrl: nats.value.monitorUrl,
    secrets,
    urls: mapServices((name) => originOf(options.host ?? LOOPBACK, ports[name])),
    journalDir: join(home, 'journal'),
    allowLoopbackEndpoints: options.allowLoopbackEndpoints ?? true,
  };
  const started = await Promise.allSettled(
    requests.flatMap((request) =>
      Array.from({ length: request.replicas ?? 1 }, (_, index) =>
        startReplica(request, index, ports, context, options, parts),
      ),
    ),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;

  return {
    databaseUrl,
    serviceDatabaseUrl: context.databaseUrl,
    natsUrl: context.natsUrl,
    natsMonitorUrl: context.natsMonitorUrl,
    secrets,
    urls: context.urls,
    processes: parts.processes,
    process: (name) => parts.process(name),
    stop: () => parts.stop(),
  };
}

const LOOPBACK = '127.0.0.1';

/** The processes that were started so far, and the order in which they are stopped. */
class StackParts {
  readonly runDir: string;
  readonly processes = new Map<string, ProcessHandle>();

  constructor(runDir: string) {
    this.runDir = runDir;
  }

  process(name: string): ProcessHandle {
    const handle = this.processes.get(name);
    if (!handle)
      throw new Error(
        `No process is named ${name}. The processes are ${[...this.processes.keys()].join(', ')}.`,
      );
    return handle;
  }

  pidFile(name: string): string {
    return join(this.runDir, `${name}.pid`);
  }

  /**
   * Stops callers before the services that they call: first the gateway; then ingest, so that no new events arrive;
   * delivery as the last service, so that it can finish its requests in progress; then the servers that all services use.
   */
  async stop(): Promise<boolean> {
    let orderly = true;
    for (const name of [...serviceNames, 'nats', 'postgres']) {
      const replicas = [...this.processes.values()].filter(
        (handle) => handle.name.replace(/-\d+$/, '') === name,
      );
      const results = await Promise.all(replicas.map((handle) => handle.stop()));
      orderly &&= results.every((result) => result);
    }
    removePidFile(join(this.runDir, STACK_PID_FILE));
    return orderly;
  }
}

/** Creates the home and claims it for this process. Returns the directory of pid files. */
function openHome(home: string): string {
  const runDir = join(home, 'run');
  let holder: number | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // For root, Postgres runs as another user, who must be able to reach its data. Secret files have their own modes.
    if (process.getuid?.() === 0) chmodSync(home, statSync(home).mode | 0o011);
    mkdirSync(runDir, { recursive: true, mode: 0o700 });
    accessSync(home, constants.W_OK);
    holder = claimPidFile(join(runDir, STACK_PID_FILE));
  } catch (error) {
    throw new StackError(
      'home_unusable',
      `${home} is not writable (${(error as Error).message}): change its owner or mode, or set HOOKLINE_HOME to another directory.`,
      { cause: error },
    );
  }
  if (holder !== undefined) {
    throw new StackError(
      'home_in_use',
      `Hookline is already running with ${home} as process ${holder}: stop it with "kill ${holder}", or set HOOKLINE_HOME to another directory.`,
    );
  }
  // A run that was killed may have left a file whose content is out of date.
  removeReadyFile(home);
  return runDir;
}

/** A port for each service, even one that is not started, because the environment has the URLs of all services. */
async function choosePorts(
  requests: readonly ServiceRequest[],
  host: string,
): Promise<Record<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  for (const name of serviceNames) {
    const wanted = requests.find((request) => request.name === name)?.port ?? 0;
    if (wanted !== 0 && !(await isPortFree(wanted, host))) {
      const variable = serviceDefinitions[name].portVariable;
      throw new StackError(
        'port_taken',
        `Port ${wanted}, which ${name} needs, is already in use: stop the process that listens on it, or set another port, for example ${variable}=${wanted + 100}.`,
      );
    }
    ports.set(name, wanted === 0 ? await findFreePort(host) : wanted);
  }
  return mapServices((name) => ports.get(name) ?? 0);
}

function mapServices<T>(describe: (name: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(serviceNames.map((name) => [name, describe(name)])) as Record<ServiceName, T>;
}

/** The origin at which this machine reaches a server that listens on `host`. */
function originOf(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  return new URL(`http://${everywhere ? LOOPBACK : host.includes(':') ? `[${host}]` : host}:${port}`).origin;
}

async function openDatabase(options: StackOptions, secrets: Secrets, parts: StackParts): Promise<string> {
  const { home, log } = options;
  if (options.databaseUrl !== undefined) return options.databaseUrl;
  const port = await findFreePort();
  let url = '';
  const supervisor = new Supervisor({
    name: 'postgres',
    log,
    pidFile: parts.pidFile('postgres'),
    autoRestart: options.autoRestart ?? true,
    start: async () => {
      const postgres = await startPostgres({
        dir: join(home, 'postgres'),
        port,
        password: secrets.ownerPassword,
        settings: options.postgresSettings ?? {},
        log,
      });
      url = postgres.url;
      return postgres;
    },
  });
  await supervisor.start();
  parts.processes.set('postgres', new ProcessHandle({ url, supervisor, probe: () => probeDatabase(url) }));
  say(log, 'postgres', `ready on port ${port}`);
  return await ensureDatabase(url);
}

async function openNats(
  options: StackOptions,
  parts: StackParts,
): Promise<{ url: string; monitorUrl: string | undefined }> {
  const { home, log } = options;
  if (options.natsUrl !== undefined) return { url: options.natsUrl, monitorUrl: options.natsMonitorUrl };
  const bin = await findNatsServer({ home, env: options.env, log, signal: options.signal });
  const port = await findFreePort();
  const monitorPort = await findFreePort();
  const url = `nats://${LOOPBACK}:${port}`;
  const monitorUrl = `http://${LOOPBACK}:${monitorPort}`;
  const supervisor = new Supervisor({
    name: 'nats',
    log,
    pidFile: parts.pidFile('nats'),
    autoRestart: options.autoRestart ?? true,
    start: () =>
      startNats({ bin, dir: join(home, 'nats'), port, monitorPort, sync: options.natsSync ?? 'always', log }),
  });
  await supervisor.start();
  parts.processes.set(
    'nats',
    new ProcessHandle({ url, supervisor, probe: () => probeHttp(`${monitorUrl}/healthz`) }),
  );
  say(log, 'nats', `ready on port ${port}`);
  return { url, monitorUrl };
}

async function migrate(
  ownerUrl: string,
  serviceRole: { name: string; password: string },
  log: Log,
): Promise<void> {
  say(log, 'hookline', 'applying the database migrations');
  try {
    await migrateDatabase({ ownerUrl, serviceRole });
  } catch (error) {
    const { host, pathname } = new URL(ownerUrl);
    const { message, code } = error as Error & { code?: string };
    throw new StackError(
      'migration_failed',
      `The migration of the database ${host}${pathname} failed: ${message || code || 'unknown error'}`,
      { cause: error },
    );
  }
}

async function startReplica(
  request: ServiceRequest,
  index: number,
  ports: Record<ServiceName, number>,
  context: ServiceContext,
  options: StackOptions,
  parts: StackParts,
): Promise<void> {
  const { log, signal } = options;
  const definition = serviceDefinitions[request.name];
  const name = index === 0 ? request.name : `${request.name}-${index + 1}`;
  const port = index === 0 ? ports[request.name] : await findFreePort(context.host);
  const url = originOf(context.host, port);
  const supervisor = new Supervisor({
    name,
    log,
    pidFile: parts.pidFile(name),
    autoRestart: options.autoRestart ?? true,
    start: async () => {
      const child = await Child.start({
        command: process.execPath,
        args: [
          ...(options.watch ? ['--watch', '--watch-preserve-output'] : []),
          '--conditions=@hookline/source',
          (options.programOf ?? sourceOf)(request.name),
        ],
        env: {
          ...describeServiceEnvironment(definition, port, context, options.env),
          ...request.env,
          // The service stops gracefully when its stdin ends, which happens when this process ends for any reason.
          HOOKLINE_EXIT_WITH_STDIN: 'true',
        },
        stdin: 'pipe',
        onLine: (line) => log(parseLogLine(name, line)),
      });
      // `node --watch` passes its stdin to the service, but does not itself end when stdin ends.
      if (options.watch) guardChild(child, 'TERM');
      return child;
    },
  });
  const handle = new ProcessHandle({ url, supervisor, probe: () => probeHttp(`${url}/readyz`) });
  parts.processes.set(name, handle);
  await supervisor.start();
  await handle.ready({ signal });
}
