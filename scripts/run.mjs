/**
 * Runs every `npm run …` of this repository, so that a machine needs only Node and npm. Installs the packages, which
 * include the Node version that Hookline targets, and then runs the steps of the verb with that Node.
 *
 * Plain JavaScript without dependencies: it runs on Node 18 or newer, before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, constants as osConstants, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM_VERSION = '12.21.0';
const NODE_MAJOR = 24;
/** Both npm and the terminal send Ctrl-C to this process. Two signals within this time count as one. */
const SAME_SIGNAL_MS = 300;
const LOCK_POLL_MS = 200;
/** An empty lock file older than this is stale: its holder died before it wrote its pid. */
const EMPTY_LOCK_MS = 5_000;
const PARENT_POLL_MS = 250;
/** pnpm retries each of about 300 files for minutes. More failures than its parallel requests mean a network outage. */
const OUTAGE_FAILURES = 100;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');

/** A TypeScript file, run from source by the packaged Node. */
const ts = (file, ...args) => ({ title: file, node: [file, ...args] });
/** A command of an installed package. `fix` is the advice that is printed when the command fails. */
const tool = (name, args, fix) => ({ title: [name, ...args].join(' '), tool: [name, ...args], fix });
/** A step with additional environment variables; the caller's variables override them. */
const withEnv = (env, step) => ({ ...step, env });

/** Tests print no progress, so their tools are downloaded first, in a step that does. */
const fetchTools = ts('packages/stack/src/fetch-tools.ts');
const vitest = (...args) => tool('vitest', ['run', ...args]);

/** The steps of each verb. The last step gets the caller's arguments. With `all`, the run continues after a failure. */
const verbs = {
  start: { steps: [ts('packages/stack/src/start.ts')] },
  dev: { steps: [ts('packages/stack/src/start.ts', '--watch')] },
  demo: { steps: [ts('packages/demo/src/main.ts')] },
  smoke: { steps: [ts('packages/demo/src/smoke.ts')] },
  bench: { steps: [ts('packages/bench/src/main.ts')] },
  test: { steps: [fetchTools, vitest()] },
  'test:unit': { steps: [vitest('--project', 'unit')] },
  'test:integration': { steps: [fetchTools, vitest('--project', 'integration')] },
  'test:e2e': { steps: [fetchTools, vitest('--project', 'e2e', '--project', 'e2e-load')] },
  outage: {
    steps: [
      fetchTools,
      withEnv(
        { OUTAGE_SECONDS: '30', OUTAGE_RATE: '500' },
        vitest('--project', 'e2e-load', 'packages/e2e/test/load/broker-away.test.ts'),
      ),
    ],
  },
  'slow-senders': {
    steps: [
      fetchTools,
      withEnv(
        { SLOW_SENDERS: '2000' },
        vitest('--project', 'integration', 'apps/ingest/test/slow-senders.test.ts'),
      ),
    ],
  },
  expiries: {
    steps: [
      fetchTools,
      withEnv(
        { TOKEN_EXPIRIES: '1000' },
        vitest('--project', 'integration', 'apps/scheduler/test/tokens/many-expiries.test.ts'),
      ),
    ],
  },
  build: { steps: [tool('turbo', ['run', 'build'])] },
  pack: { steps: [ts('scripts/pack.ts')] },
  typecheck: { steps: [tool('tsc', ['-b']), tool('tsc', ['-p', 'tsconfig.tests.json'])] },
  lint: {
    all: true,
    steps: [
      tool('biome', ['check', '.'], 'npm run format'),
      tool(
        'turbo',
        ['boundaries'],
        'move the shared code to packages/contracts, or declare the dependency in package.json',
      ),
      { ...ts('scripts/check-boundaries.ts'), fix: 'see docs/architecture.md for the allowed imports' },
      {
        ...ts('scripts/check-clocks.ts'),
        fix: "measure intervals by performance.now(), use the database's clock for times that replicas share, or list the file with its reason",
      },
      { ...ts('scripts/check-docs.ts'), fix: 'correct the documents that are named above' },
      { ...ts('scripts/imports-diagram.ts'), fix: 'node scripts/imports-diagram.ts --write' },
      {
        ...ts('scripts/check-regexes.ts'),
        fix: 'rewrite the expression so that its time grows linearly with the length of the text',
      },
      { ...ts('scripts/api-routes.ts'), fix: 'node scripts/api-routes.ts --write' },
      { ...ts('scripts/openapi.ts'), fix: 'node --conditions=@hookline/source scripts/openapi.ts --write' },
      {
        ...ts('scripts/error-texts.ts'),
        fix: 'node --conditions=@hookline/source scripts/error-texts.ts --write',
      },
      {
        ...ts('scripts/cli-reference.ts'),
        fix: 'node --conditions=@hookline/source scripts/cli-reference.ts --write',
      },
      { ...ts('scripts/list-providers.ts', '--check'), fix: 'npm run providers -- --write' },
      tool('knip', [], 'remove the unused files, exports or dependencies that are named above'),
    ],
  },
  format: { steps: [tool('biome', ['check', '--write', '.'])] },
  providers: { steps: [ts('scripts/list-providers.ts')] },
  'providers:compare': { steps: [ts('scripts/compare-event-types.ts')] },
  simulate: { steps: [ts('apps/scheduler/test/simulation/main.ts')] },
  'db:migrate': { steps: [ts('packages/db/src/main.ts')] },
  fuzz: { steps: [ts('packages/providers/fuzz/main.ts')] },
  compatibility: { steps: [fetchTools, ts('packages/e2e/compatibility/main.ts')] },
  'fuzz:api': { steps: [fetchTools, ts('packages/e2e/fuzz/main.ts')] },
  'secrets:rewrap': {
    all: true,
    steps: [
      ts('apps/ingest/src/rewrap.ts'),
      ts('apps/delivery/src/rewrap.ts'),
      ts('apps/scheduler/src/rewrap.ts'),
      ts('apps/gateway/src/rewrap.ts'),
    ],
  },
};

/** A problem whose message explains the cause and the remedy. */
class Problem extends Error {}

async function main(name, args) {
  const verb = verbs[name];
  if (!verb) throw new Problem(`Unknown command. Usage: npm run <${Object.keys(verbs).join(' | ')}>`);
  if (process.platform === 'win32') {
    throw new Problem('Hookline needs Linux or macOS. On Windows, use WSL or "docker compose up".');
  }
  await ensureInstalled();
  const node = chooseNode();
  const env = {
    // Node caches the compiled sources, so that a service needs half the time from its second start on.
    NODE_COMPILE_CACHE: join(modules, '.cache', 'node-compile'),
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    TURBO_TELEMETRY_DISABLED: '1',
  };

  const failures = [];
  for (const [index, step] of verb.steps.entries()) {
    const last = index === verb.steps.length - 1;
    if (verb.all) console.log(`\n> ${step.title}`);
    const code = await runStep(step, node, env, last ? args : []);
    if (code === 0) continue;
    if (!verb.all) return code;
    failures.push(step);
  }
  for (const { title, fix } of failures) {
    console.error(
      `\n${title} failed${fix === undefined ? '; the reason is printed above.' : `. To fix it: ${fix}`}`,
    );
  }
  return failures.length === 0 ? 0 : 1;
}

/** Runs one step, forwards signals to it, and returns its exit code. */
async function runStep(step, node, callersEnv, args) {
  const env = { ...step.env, ...callersEnv };
  const [command, ...commandArgs] = step.node
    ? [node, '--conditions=@hookline/source', ...step.node, ...args]
    : [join(bin, step.tool[0]), ...step.tool.slice(1), ...args];
  const child = spawn(command, commandArgs, {
    cwd: root,
    // The pipe closes when this process ends, even by SIGKILL, and the child then stops.
    stdio: [step.node ? 'pipe' : 'inherit', 'inherit', 'inherit'],
    env: step.node ? { ...env, HOOKLINE_EXIT_WITH_STDIN: 'true' } : env,
    // In its own process group the child gets Ctrl-C only once, from this process, and not also from the terminal.
    detached: true,
  });
  child.stdin?.on('error', () => {});
  const stopPassingOn = passSignalsOn((signal) => child.kill(signal));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) =>
        reject(
          new Problem(
            `${command} could not be started (${error.code}): remove node_modules and run the same command again.`,
          ),
        ),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + osConstants.signals[signal]));
    });
  } finally {
    stopPassingOn();
  }
}

function passSignalsOn(send) {
  const lastSent = new Map();
  const passOn = (signal) => {
    const now = Date.now();
    if (now - (lastSent.get(signal) ?? 0) < SAME_SIGNAL_MS) return;
    lastSent.set(signal, now);
    send(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  // npm sends a SIGTERM only to the shell between npm and this process. The shell dies without forwarding it.
  const { npm_lifecycle_event: startedByNpm } = process.env;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (startedByNpm && process.ppid !== parent) {
      clearInterval(watch);
      passOn('SIGTERM');
    }
  }, PARENT_POLL_MS);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, passOn);
  };
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The process has ended.
  }
}

/** The Node among the installed packages. On macOS, which has no such package, the Node that runs this script. */
function chooseNode() {
  const packaged = join(bin, 'node');
  if (process.platform === 'linux' && existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  throw new Problem(
    `Hookline needs Node ${NODE_MAJOR} or newer, and this is Node ${process.version}: install it from https://nodejs.org/en/download, then run the same command again.`,
  );
}

/** Installs the packages if the lockfile or a package.json has changed since the last installation. */
async function ensureInstalled() {
  const stamp = join(modules, '.hookline-installed');
  const wanted = describeWanted();
  if (readText(stamp) === wanted) return;
  const reason = existsSync(modules) ? 'the required packages have changed' : 'no packages are installed yet';
  try {
    mkdirSync(modules, { recursive: true });
    accessSync(modules, constants.W_OK);
  } catch (error) {
    throw new Problem(
      `The packages can't be installed, because this user can't write to ${root} (${error.code}): clone the repository to a directory that you own, or run "sudo chown -R $USER ${root}".`,
    );
  }
  const release = await lock(join(modules, '.hookline-installing'));
  try {
    // Another run may have installed the packages while this one waited for the lock.
    if (readText(stamp) === wanted) return;
    await install(reason);
    writeFileSync(stamp, wanted);
  } finally {
    release();
  }
}

/** A hash of all files that determine the required packages. */
function describeWanted() {
  const manifests = ['apps', 'packages'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json'))
      : [],
  );
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests.sort()]) {
    const text = readText(join(root, file));
    if (text !== undefined) hash.update(`\0${file}\0${text}`);
  }
  return hash.digest('hex');
}

async function install(reason) {
  const env = installEnvironment();
  const pnpm = hasPnpm(env) ? ['pnpm'] : ['npx', '-y', '--prefer-offline', `pnpm@${PNPM_VERSION}`];
  console.error(
    `Installing the packages into node_modules, because ${reason} (with ${pnpm.join(' ')}; this takes a minute or two the first time).`,
  );
  const startedAt = Date.now();
  const { code, output } = await runInstaller(
    [
      ...pnpm,
      'install',
      '--frozen-lockfile',
      '--reporter=append-only',
      '--config.confirm-modules-purge=false',
    ],
    env,
  );
  if (code === 0) {
    console.error(`The packages are installed (${Math.round((Date.now() - startedAt) / 1000)} s).\n`);
    return;
  }
  const [, explanation] = installFailures.find(([pattern]) => pattern.test(output)) ?? [];
  throw new Problem(
    explanation ??
      'The packages could not be installed; the reason is printed above. Fix the problem, then run the same command again.',
  );
}

const networkFailure =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|META_FETCH_FAIL|error sending request/g;

/** Patterns of common failures in the output of npx and pnpm, each with its explanation. */
const installFailures = [
  [
    /OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH/,
    `pnpm-lock.yaml does not match the package.json files: update it with "npx -y pnpm@${PNPM_VERSION} install".`,
  ],
  [/ENOSPC|no space left/i, 'The disk is full: free about 1 GB, then run the same command again.'],
  [
    /EACCES|EPERM|EROFS|permission denied/i,
    `This user can't write to a file or directory (see above): "sudo chown -R $USER ${root}" may help.`,
  ],
  [
    networkFailure,
    'The package registry can\'t be reached: connect this machine to the network, or set a registry that it can reach with "npm config set registry <url>", then run the same command again.',
  ],
];

/** npx and pnpm have caches in the home directory. A user without a writable one gets a home in node_modules. */
function installEnvironment() {
  const env = { ...process.env };
  // With these settings npx reports an unreachable registry after seconds instead of minutes.
  env.npm_config_fetch_retries = '1';
  env.npm_config_fetch_retry_mintimeout = '1000';
  env.npm_config_fetch_timeout = '120000';
  env.npm_config_update_notifier = 'false';
  env.npm_config_loglevel = 'error';
  try {
    accessSync(homedir(), constants.W_OK);
  } catch {
    env.HOME = join(modules, '.home');
    env.npm_config_cache = join(env.HOME, '.npm');
    for (const name of ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'])
      delete env[name];
    mkdirSync(env.HOME, { recursive: true });
  }
  return env;
}

/** Runs outside the repository, because its packageManager field would make an older pnpm download another version. */
function hasPnpm(env) {
  const { stdout } = spawnSync('pnpm', ['--version'], {
    cwd: tmpdir(),
    env,
    encoding: 'utf8',
    timeout: 10_000,
  });
  return stdout?.split('.')[0] === PNPM_VERSION.split('.')[0];
}

/** Prints the installer's output while it runs, and returns it. Uses stderr, because stdout belongs to the verb. */
async function runInstaller([command, ...args], env) {
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let failures = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      process.stderr.write(text);
      failures += text.match(networkFailure)?.length ?? 0;
      if (failures >= OUTAGE_FAILURES) killGroup(child, 'SIGTERM');
    });
  }
  // npx does not forward signals to pnpm.
  const stopPassingOn = passSignalsOn((signal) => killGroup(child, signal));
  const code = await new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(
        new Problem(
          `The command ${command} is missing. It is part of Node: install Node with npm from https://nodejs.org/en/download.`,
        ),
      ),
    );
    child.once('close', (code, signal) => resolve(signal ? 128 + osConstants.signals[signal] : code));
  }).finally(stopPassingOn);
  if (code > 128 && failures < OUTAGE_FAILURES) process.exit(code);
  return { code, output };
}

/** Waits until no other process holds the lock, takes the lock, and returns a function that releases it. */
async function lock(path) {
  let told = false;
  while (!takeLock(path)) {
    const holder = readText(path);
    if (isStale(path, holder)) {
      removeStaleLock(path, holder);
      continue;
    }
    if (!told) console.error(`Waiting for process ${holder}, which is installing the packages …`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  return () => rmSync(path, { force: true });
}

function takeLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Whether the lock's holder is dead, including a holder that died before it wrote its pid. */
function isStale(path, holder) {
  if (holder) return !isRunning(Number(holder));
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return Date.now() - (mtimeMs ?? Date.now()) > EMPTY_LOCK_MS;
}

/** Renames the stale lock, so that only one of several processes removes it. Restores a lock that has a new holder. */
function removeStaleLock(path, holder) {
  const moved = `${path}.${process.pid}`;
  try {
    renameSync(path, moved);
    const found = readText(moved);
    if (found !== holder) writeFileSync(path, found, { flag: 'wx' });
  } catch {
    // Another process has already removed the lock.
  }
  rmSync(moved, { force: true });
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = await main(process.argv[2], process.argv.slice(3));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
