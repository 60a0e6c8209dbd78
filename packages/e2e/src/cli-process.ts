import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, pickEnvironment } from '@hookline/testkit';

/** A run of `hookline` that goes on until it is stopped. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly out: string;
  readonly err: string;
  /** Resolves when stdout or stderr has the text. Rejects with all output if the process ends before, or too late. */
  waitFor(text: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Sends a signal. Resolves with the exit code when the process has ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** The exit code, when the process has ended by itself. */
  readonly ended: Promise<number | null>;
}

/** The home directory of a person who uses the CLI. */
export interface CliHome {
  readonly folder: string;
  start(args: readonly string[], options?: { env?: Record<string, string>; input?: string }): RunningCli;
  /** Runs a command to its end. */
  run(
    args: readonly string[],
    options?: { env?: Record<string, string>; input?: string },
  ): Promise<{ code: number | null; out: string; err: string }>;
  remove(): void;
}

const WAIT_MS = 60_000;

/**
 * Runs the CLI.
 * @param env such as HOOKLINE_URL and HOOKLINE_KEY
 */
export function createCliHome(env: Record<string, string> = {}): CliHome {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-cli-e2e-'));

  function start(
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string } = {},
  ): RunningCli {
    const child = spawn(process.execPath, ['--conditions=@hookline/source', findProgram('cli'), ...args], {
      cwd: folder,
      env: { ...pickEnvironment('PATH', 'NODE_COMPILE_CACHE'), HOME: folder, ...env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
    const written = { out: '', err: '' };
    const watchers = new Set<() => void>();
    const read = (name: 'out' | 'err') => (chunk: Buffer) => {
      written[name] += chunk.toString('utf8');
      for (const watch of watchers) watch();
    };
    child.stdout?.on('data', read('out'));
    child.stderr?.on('data', read('err'));
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return {
      child,
      get out() {
        return written.out;
      },
      get err() {
        return written.err;
      },
      ended,
      waitFor(text, timeoutMs = WAIT_MS) {
        const has = () => {
          const all = written.out + written.err;
          return typeof text === 'string' ? all.includes(text) : text.test(all);
        };
        return new Promise((resolve, reject) => {
          const settle = (why: string | undefined) => {
            watchers.delete(watch);
            clearTimeout(timer);
            if (why === undefined) resolve();
            else reject(new Error(`${why} before ${text}:\n${written.out}\n${written.err}`));
          };
          const watch = () => {
            if (has()) settle(undefined);
          };
          const timer = setTimeout(() => settle(`${timeoutMs} ms went by`), timeoutMs);
          watchers.add(watch);
          void ended.then(() => settle(has() ? undefined : 'It ended'));
          watch();
        });
      },
      async end(signal = 'SIGTERM') {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        return await ended;
      },
    };
  }

  return {
    folder,
    start,
    async run(args, options) {
      const running = start(args, options);
      const code = await running.ended;
      return { code, out: running.out, err: running.err };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
