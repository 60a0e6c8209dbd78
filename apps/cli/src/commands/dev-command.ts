import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { safeBlock } from '../terminal/safe-text.ts';
import { addListenOptions, type ListenFlags, listen } from './listen-command.ts';

const START_TIMEOUT_MS = 600_000;
const LOOK_AGAIN_MS = 200;
const KEPT_LOG = 20_000;

export function registerDev(command: Command, context: Context): void {
  addListenOptions(command)
    .option('--directory <path>', "Hookline's checkout (default: the one around the current directory)")
    .option('--show-log', 'show the log of the services')
    .addHelpText(
      'after',
      `
Runs "npm start" in a checkout of Hookline and listens as its operator. If Hookline already runs there, it is used and
not stopped at the end. Nobody needs to sign in.`,
    )
    .action(
      context.act(async () => {
        const flags: ListenFlags & { directory?: string; showLog?: boolean } = command.opts();
        const { terminal } = context;
        const checkout = findCheckout(resolve(flags.directory ?? '.'));
        const home = resolve(terminal.env['HOOKLINE_HOME'] ?? join(checkout, '.hookline'));
        let ready = await findRunning(home);
        let started: ChildProcess | undefined;
        if (ready === undefined) {
          terminal.err(`Starting Hookline in ${checkout} …\n`);
          const run = startHookline(
            checkout,
            flags.showLog === true ? (text) => terminal.err(text) : undefined,
          );
          started = run.child;
          ready = await waitUntilReady(home, run, terminal.stopped);
        } else terminal.err('Hookline already runs here.\n');
        try {
          if (ready === undefined) return EXIT.ok;
          const { gateway: url, operatorKey: key } = ready;
          const keyFrom = `${join(home, 'ready.json')}`;
          return await listen(flags, createGateway({ url, key, profile: undefined, keyFrom }), context);
        } finally {
          if (started !== undefined) {
            terminal.err('Stopping Hookline …\n');
            await stop(started);
          }
        }
      }),
    );
}

interface Ready {
  gateway: string;
  operatorKey: string;
}

/** The folder that has Hookline's `npm start`. */
function findCheckout(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'scripts/run.mjs')) && nameIn(folder) === 'hookline') return folder;
    if (dirname(folder) === folder)
      throw new CliError(EXIT.usage, `There is no checkout of Hookline around ${from}.`, {
        hint: 'Clone it, and name it with --directory. To use a running gateway, sign in and use "hookline listen".',
      });
  }
}

function nameIn(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
}

async function findRunning(home: string): Promise<Ready | undefined> {
  try {
    const ready = JSON.parse(readFileSync(join(home, 'ready.json'), 'utf8')) as Ready;
    const answer = await fetch(`${ready.gateway}/readyz`, { signal: AbortSignal.timeout(3_000) });
    return answer.ok ? ready : undefined;
  } catch {
    return undefined;
  }
}

interface Run {
  child: ChildProcess;
  log(): string;
}

function startHookline(checkout: string, show: ((text: string) => void) | undefined): Run {
  const child = spawn(process.execPath, [join(checkout, 'scripts/run.mjs'), 'start'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own it does not get Ctrl-C: it is stopped when listening has ended.
    detached: true,
  });
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      kept = (kept + text).slice(-KEPT_LOG);
      show?.(safeBlock(text));
    });
  }
  return { child, log: () => kept };
}

async function waitUntilReady(
  home: string,
  { child, log }: Run,
  stopped: AbortSignal,
): Promise<Ready | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!stopped.aborted && performance.now() < deadline && child.exitCode === null) {
    const ready = await findRunning(home);
    if (ready !== undefined) return ready;
    await sleep(LOOK_AGAIN_MS);
  }
  if (stopped.aborted) return undefined;
  await stop(child);
  throw new CliError(
    EXIT.error,
    `Hookline did not start. The end of its log:\n${safeBlock(log()).split('\n').slice(-30).join('\n')}`,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}
