import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child, describeExit } from './child.ts';
import { probeDatabase } from './database.ts';
import { StackError } from './errors.ts';
import { findFreePort, isPortFree } from './find-free-port.ts';
import { guardChild } from './guard-child.ts';
import { type Log, say } from './log.ts';
import { parseLogLine } from './parse-log-line.ts';
import { hasLibrary, type PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresPlace, preparePostgresPlace } from './postgres-place.ts';
import { processCommand, processIdentity } from './process-identity.ts';
import type { Running } from './supervisor.ts';

const run = promisify(execFile);

/** Recovery after a crash reads the write-ahead log since the last checkpoint, which can take minutes. */
const READY_TIMEOUT_MS = 180_000;
const SUPERUSER = 'postgres';

export interface PostgresOptions {
  /** The data is in `<dir>/data`, which is created at the first start. */
  dir: string;
  /** Default: a free port. */
  port?: number;
  /** The superuser's password, set when the data is created. Without it, any local process may connect as superuser. */
  password?: string;
  /** Settings of postgresql.conf that override the defaults here. By default every commit survives a power cut. */
  settings?: Record<string, string | number>;
  log: Log;
}

export interface Postgres extends Running {
  /** The URL of the database `postgres` for the superuser. */
  readonly url: string;
  readonly port: number;
  readonly process: Child;
}

/**
 * Starts the packaged PostgreSQL on 127.0.0.1 and resolves when it accepts connections.
 * Throws StackError: `postgres_running`, `port_taken`, `postgres_missing`, `postgres_failed` with the last output lines.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = await preparePostgresPlace(options);
  const dataDir = join(place.dir, 'data');
  await makeData(place, dataDir, options);
  checkVersion(dataDir);
  checkOwnership(dataDir);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort());
    if (options.port !== undefined && !(await isPortFree(port))) {
      throw new StackError('port_taken', `Port ${port}, which Postgres needs, is in use by another process.`);
    }
    const { child, accepting } = await launch(place, dataDir, port, options);
    const url = superuserUrl(port, options.password);
    const failure = await waitUntilReady(child, accepting, url);
    if (failure === undefined) {
      guardChild(child, 'INT');
      return {
        url,
        port,
        process: child,
        pid: child.pid,
        exited: child.exited,
        lastLines: child.lastLines,
        stop: () => child.stop(),
        kill: (signal) => child.kill(signal),
      };
    }
    await child.stop();
    if (attempt < MAX_ATTEMPTS && isPassing(failure, options.port === undefined)) {
      await delay(250);
      continue;
    }
    throw explain(failure, dataDir);
  }
}

const MAX_ATTEMPTS = 20;

/**
 * Backends outlive a SIGKILLed postmaster for a moment and still hold its shared memory. Another process may take a free
 * port before Postgres binds it.
 */
function isPassing(failure: string, portIsOurs: boolean): boolean {
  if (failure.includes('shared memory block') && failure.includes('still in use')) return true;
  return portIsOurs && /Address already in use/.test(failure);
}

function explain(failure: string, dataDir: string): StackError {
  if (/password authentication failed/.test(failure)) {
    return new StackError(
      'postgres_failed',
      `The database in ${dataDir} has another password than the one in secrets.json: restore secrets.json, or remove ${dataDir} to start with an empty database.`,
    );
  }
  return new StackError('postgres_failed', `Postgres did not start with the data in ${dataDir}:\n${failure}`);
}

async function makeData(
  place: PostgresPlace,
  dataDir: string,
  { password, log }: PostgresOptions,
): Promise<void> {
  if (existsSync(dataDir)) return;
  say(log, 'postgres', `creating a database in ${dataDir}`);
  // Created under another name and renamed, so that an interrupted first start leaves no incomplete data directory.
  const aside = join(place.dir, 'data.new');
  const passwordFile = join(place.dir, 'password');
  rmSync(aside, { recursive: true, force: true });
  const access =
    password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    if (password !== undefined) {
      writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
      if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid);
    }
    await run(
      place.binaries.initdb,
      ['-D', aside, '-U', SUPERUSER, '--no-instructions', ...access, ...locale],
      {
        ...place.user,
        cwd: place.dir,
        env: serverEnvironment,
      },
    );
    renameSync(aside, dataDir);
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new StackError(
      'postgres_failed',
      `Could not create the database in ${dataDir}:\n${stderr.trim() || message}`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Contains none of the caller's variables, because PGDATA, PGPORT and others would change the server's settings. */
const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC' };

const PACKAGED_MAJOR = '18';

function checkVersion(dataDir: string): void {
  const version = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (version === PACKAGED_MAJOR) return;
  throw new StackError(
    'postgres_failed',
    `The database in ${dataDir} was created by PostgreSQL ${version}, but Hookline includes PostgreSQL ${PACKAGED_MAJOR}: move the directory away to start with an empty database, or run PostgreSQL ${version} yourself and set DATABASE_URL.`,
  );
}

/**
 * Refuses a data directory that a running postmaster uses. Removes the lock file of a dead postmaster whose pid now
 * belongs to another process, because Postgres would take that process for a postmaster.
 */
function checkOwnership(dataDir: string): void {
  const lockFile = join(dataDir, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  } catch {
    return;
  }
  if (!Number.isInteger(pid) || processIdentity(pid) === undefined) return;
  if (holdsData(pid, dataDir)) {
    throw new StackError(
      'postgres_running',
      `The database in ${dataDir} is in use by process ${pid} (${processCommand(pid)}): stop that process first, for example with "kill -INT ${pid}".`,
    );
  }
  rmSync(lockFile, { force: true });
}

/** A postmaster's working directory is its data directory. */
function holdsData(pid: number, dataDir: string): boolean {
  if (process.platform !== 'linux') return /postgres/.test(processCommand(pid));
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDir);
  } catch {
    return /postgres/.test(processCommand(pid));
  }
}

async function launch(
  place: PostgresPlace,
  dataDir: string,
  port: number,
  options: PostgresOptions,
): Promise<{ child: Child; accepting: Promise<void> }> {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    // The log of the stack adds its own prefix. Failed statements are not logged, because their client reports them.
    log_line_prefix: '',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    timezone: 'UTC',
    ...preloads(place.binaries),
    ...options.settings,
  };
  let accepts: () => void = () => {};
  const accepting = new Promise<void>((resolve) => {
    accepts = resolve;
  });
  const child = await Child.start({
    command: place.binaries.postgres,
    args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: place.dir,
    env: serverEnvironment,
    ...place.user,
    // Fast shutdown: Postgres ends all sessions and writes a checkpoint.
    stopSignal: 'SIGINT',
    onLine: (line) => {
      // Postgres writes this line at the end of recovery. It refuses earlier connections and logs an error for each.
      if (line.includes('database system is ready to accept connections')) accepts();
      options.log(parseLogLine('postgres', line));
    },
  });
  return { child, accepting };
}

function preloads(binaries: PostgresBinaries): Record<string, string> {
  return hasLibrary(binaries, 'pg_stat_statements') ? { shared_preload_libraries: 'pg_stat_statements' } : {};
}

function superuserUrl(port: number, password: string | undefined): string {
  const credentials = password === undefined ? SUPERUSER : `${SUPERUSER}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@127.0.0.1:${port}/postgres`;
}

/** Undefined when Postgres accepts connections, otherwise the failure. */
async function waitUntilReady(
  child: Child,
  accepting: Promise<void>,
  url: string,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(
      () => resolve(`it was not ready after ${READY_TIMEOUT_MS / 1000} s`),
      READY_TIMEOUT_MS,
    );
  });
  const problem = await Promise.race([
    accepting,
    timeout,
    child.exited.then((exit) => `it ${describeExit(exit)}`),
  ]);
  clearTimeout(timer);
  if (problem !== undefined) return `${problem}\n${child.lastLines.join('\n')}`;
  return await probeDatabase(url);
}
