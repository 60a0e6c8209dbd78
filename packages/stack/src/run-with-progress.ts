import { once } from 'node:events';
import { Child, describeExit } from './child.ts';

/** Runs a command, and passes each line of its output to `onLine`. If it fails, rejects with its last lines. */
export async function runWithProgress(
  command: string,
  args: readonly string[],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    signal?: AbortSignal | undefined;
    onLine: (line: string) => void;
  },
): Promise<void> {
  options.signal?.throwIfAborted();
  const child = await Child.start({
    command,
    args,
    cwd: options.cwd,
    env: options.env,
    onLine: options.onLine,
  });
  const finished = new AbortController();
  if (options.signal) {
    once(options.signal, 'abort', { signal: finished.signal }).then(
      () => child.signalGroup('SIGTERM'),
      () => {},
    );
  }
  const exit = await child.exited;
  finished.abort();
  options.signal?.throwIfAborted();
  if (exit.code !== 0) throw new Error(`${command} ${describeExit(exit)}: ${child.lastLines.join(' / ')}`);
}
