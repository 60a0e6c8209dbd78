/** `npm start`: runs Postgres, NATS and all services here until Ctrl-C. `--watch` restarts changed services. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './build-dashboard.ts';
import { killLiveChildren } from './child.ts';
import { readStartSettings, type StartSettings } from './env.ts';
import { StackError } from './errors.ts';
import { findFreePort } from './find-free-port.ts';
import { formatLogEntry } from './format-log-entry.ts';
import { type Log, say } from './log.ts';
import { type EnvFile, readEnvFile } from './read-env-file.ts';
import { removeReadyFile, writeReadyFile } from './ready-file.ts';
import { serviceNames } from './services.ts';
import type { Stack } from './stack.ts';
import { type Sandbox, startSandbox } from './start-sandbox.ts';
import { startStack } from './start-stack.ts';
import { describeRunningStack } from './welcome.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const LOW_DISK_BYTES = 1_000_000_000;
const EXIT_FORCED = 130;

// The services must keep running when the reader of the output has ended (`npm start | head`).
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  let settings: StartSettings;
  let file: EnvFile;
  try {
    file = readEnvFile(join(repository, '.env'), process.env);
    settings = readStartSettings(file.env);
  } catch (error) {
    return report(error);
  }
  const log = createLog(settings);
  if (file.names.length > 0) say(log, 'hookline', `variables from .env: ${file.names.join(', ')}`);
  const stopping = new AbortController();
  let signalled: () => void = () => {};
  const firstSignal = new Promise<void>((resolve) => {
    signalled = resolve;
  });
  const stop = (reason: string) => {
    if (stopping.signal.aborted) {
      say(log, 'hookline', `${reason} again: killing all processes at once`, 'warn');
      killLiveChildren();
      removeReadyFile(settings.home);
      process.exit(EXIT_FORCED);
    }
    say(
      log,
      'hookline',
      `${reason}: finishing requests in progress, then stopping; press Ctrl-C again to stop at once`,
    );
    stopping.abort(new StackError('aborted', 'Stopped before Hookline was ready.'));
    signalled();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  if (settings.exitWithStdin) process.stdin.once('end', () => stop('the parent process has ended')).resume();

  await buildDashboard(log).catch((error: unknown) =>
    say(log, 'hookline', `the dashboard could not be built, so there is none: ${String(error)}`, 'warn'),
  );

  let stack: Stack;
  try {
    stack = await startStack({
      ...settings,
      env: file.env,
      services: serviceNames.map((name) => ({ name, port: settings.ports[name] })),
      natsSync: 'default',
      watch: process.argv.includes('--watch'),
      log,
      signal: stopping.signal,
    });
  } catch (error) {
    return report(error);
  }
  if (!stopping.signal.aborted) {
    writeReadyFile(settings.home, stack);
    console.log(
      describeRunningStack(stack, {
        home: settings.home,
        ownNats: settings.natsUrl === undefined,
        allowsLoopback: settings.allowsLoopback,
        receiverPort: await findFreePort(),
        hasSandbox: settings.sandboxPort !== undefined,
      }),
    );
    await warnOfLowDisk(settings.home, log);
    let sandbox: Sandbox | undefined;
    if (settings.sandboxPort !== undefined) {
      const { home, sandboxPort: port } = settings;
      sandbox = await startSandbox({ home, port, env: file.env, log });
    }
    await firstSignal;
    await sandbox?.stop();
  }
  removeReadyFile(settings.home);
  const orderly = await stack.stop();
  say(log, 'hookline', orderly ? 'stopped' : 'stopped; some processes did not end in time and were killed');
  return orderly ? 0 : 1;
}

function createLog(settings: StartSettings): Log {
  const color = process.stdout.isTTY && !process.env['NO_COLOR'];
  return (entry) => {
    if (entry.level === 'debug' && !settings.verbose) return;
    process.stdout.write(`${formatLogEntry(entry, { color })}\n`);
  };
}

function report(error: unknown): number {
  console.error(error instanceof StackError ? `\n${error.message}` : error);
  return 1;
}

async function warnOfLowDisk(home: string, log: Log): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  if (free >= LOW_DISK_BYTES) return;
  const megabytes = Math.round(free / 1_000_000);
  say(
    log,
    'hookline',
    `only ${megabytes} MB are free on the disk of ${home}: Hookline accepts no events when the disk is full`,
    'warn',
  );
}
