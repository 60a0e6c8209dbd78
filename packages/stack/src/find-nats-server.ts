import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { compareVersions, parseVersion } from './compare-versions.ts';
import { StackError } from './errors.ts';
import { type Log, say } from './log.ts';
import { fetchNatsFromApt, planAptFetch } from './nats-from-apt.ts';
import { dockerAnswers, fetchNatsFromDocker } from './nats-from-docker.ts';
import { processIdentity } from './process-identity.ts';

const run = promisify(execFile);

/** Older versions silently ignore some JetStream requests of Hookline. */
export const MINIMUM_NATS_VERSION = '2.10.0';

export interface FindNatsOptions {
  /** A downloaded nats-server is kept in `<home>/tools`. */
  home: string;
  /** The caller's environment: PATH, proxies, DOCKER_HOST. */
  env: NodeJS.ProcessEnv;
  log: Log;
  signal?: AbortSignal | undefined;
}

/**
 * The path of a nats-server that is new enough. Looks for an installed one, then for an earlier download, then downloads
 * the distribution's current package, then copies the executable from the Docker image. Changes nothing outside `home`.
 * Throws StackError `nats_missing`, which says how to install it.
 */
export async function findNatsServer(options: FindNatsOptions): Promise<string> {
  const { home, env, log } = options;
  let tooOld = '';
  for (const candidate of listCandidates(env)) {
    const version = await readVersion(candidate, env);
    if (version === undefined) continue;
    if (compareVersions(version, MINIMUM_NATS_VERSION) >= 0) return candidate;
    tooOld ||= `, and the installed one is ${version}`;
  }
  const tools = join(home, 'tools');
  const fetched = await findFetched(tools, env);
  if (fetched !== undefined) return fetched;

  const missing = `nats-server ${MINIMUM_NATS_VERSION} or newer is needed${tooOld}`;
  const failures: string[] = [];
  const plan = planAptFetch();
  if ('reason' in plan) {
    failures.push(plan.reason);
  } else {
    say(
      log,
      'nats',
      `${missing}: downloading the distribution's current package into ${tools} (once, about 15 MB)`,
    );
    const path = await tryFetch(tools, options, failures, (dir) =>
      fetchNatsFromApt(plan, { ...options, dir }),
    );
    if (path !== undefined) return path;
  }
  if (await dockerAnswers(env)) {
    say(log, 'nats', `${missing}: copying it from the official Docker image into ${tools} (once)`);
    const path = await tryFetch(tools, options, failures, (dir) => fetchNatsFromDocker({ ...options, dir }));
    if (path !== undefined) return path;
  } else {
    failures.push('the Docker engine does not answer');
  }
  throw new StackError(
    'nats_missing',
    `${missing}, and the download failed (${failures.join('; ')}). Install nats-server in a directory of the PATH ` +
      '(https://docs.nats.io/running-a-nats-service/introduction/installation, on macOS "brew install nats-server"), ' +
      'or set NATS_URL to the URL of a running NATS server with JetStream.',
  );
}

/** An ordinary user's PATH often lacks the sbin directories, where Debian puts servers. */
function listCandidates(env: NodeJS.ProcessEnv): string[] {
  const dirs = [...(env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/usr/local/bin'];
  return [...new Set(dirs.filter(isAbsolute).map((dir) => join(dir, 'nats-server')))].filter(existsSync);
}

/** Runs a download in a temporary directory, then moves the executable to the place where later runs look for it. */
async function tryFetch(
  tools: string,
  { env, signal }: FindNatsOptions,
  failures: string[],
  fetch: (dir: string) => Promise<string>,
): Promise<string | undefined> {
  mkdirSync(tools, { recursive: true });
  removeAbandoned(tools);
  const work = mkdtempSync(join(tools, `${WORK_PREFIX}${process.pid}-`));
  try {
    const fetched = await fetch(work);
    const version = await readVersion(fetched, env);
    if (version === undefined) throw new Error('the downloaded nats-server does not run on this machine');
    if (compareVersions(version, MINIMUM_NATS_VERSION) < 0)
      throw new Error(`the newest version there is ${version}`);
    const ready = join(work, 'ready');
    mkdirSync(ready);
    copyFileSync(fetched, join(ready, 'nats-server'));
    chmodSync(join(ready, 'nats-server'), 0o755);
    const target = join(tools, `nats-server-${version}`);
    try {
      renameSync(ready, target);
    } catch (error) {
      // Another process has downloaded the same version in the meantime.
      if (!existsSync(join(target, 'nats-server'))) throw error;
    }
    return join(target, 'nats-server');
  } catch (error) {
    signal?.throwIfAborted();
    failures.push((error as Error).message);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const WORK_PREFIX = '.fetching-';

/** Removes the temporary directories of processes that were killed during a download. */
function removeAbandoned(tools: string): void {
  for (const name of readdirSync(tools).filter((each) => each.startsWith(WORK_PREFIX))) {
    const pid = Number.parseInt(name.slice(WORK_PREFIX.length), 10);
    if (processIdentity(pid) === undefined) rmSync(join(tools, name), { recursive: true, force: true });
  }
}

async function findFetched(tools: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (!existsSync(tools)) return undefined;
  const versions = readdirSync(tools)
    .filter((name) => name.startsWith('nats-server-'))
    .map((name) => name.slice('nats-server-'.length))
    .sort((a, b) => compareVersions(b, a));
  for (const version of versions) {
    const path = join(tools, `nats-server-${version}`, 'nats-server');
    if ((await readVersion(path, env)) === version) return path;
  }
  return undefined;
}

async function readVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, ['--version'], { env, timeout: 15_000 });
    return parseVersion(`${stdout}${stderr}`);
  } catch {
    return undefined;
  }
}
