import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CommandAnswer, CommandCall, Commands } from './workers/serve-commands.ts';

export interface Worker<C extends Commands> {
  readonly pid: number;
  /** Rejects with the error of the worker, or when the worker ends before it has answered. */
  call<K extends keyof C & string>(name: K, input: Parameters<C[K]>[0]): Promise<Awaited<ReturnType<C[K]>>>;
  stop(): Promise<void>;
}

/**
 * Runs one file of `workers/` in a separate process, so that the generators and receivers of load do not share an event
 * loop.
 */
export async function startWorker<C extends Commands>(
  file: URL,
  nodeOptions: readonly string[] = [],
): Promise<Worker<C>> {
  const child = fork(file, {
    execArgv: ['--conditions=@hookline/source', ...nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const calls = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let ended: Error | undefined;

  child.on('message', (message) => {
    const answer = message as CommandAnswer;
    const call = calls.get(answer.id);
    calls.delete(answer.id);
    if ('error' in answer) call?.reject(new Error(answer.error));
    else call?.resolve(answer.result as never);
  });
  child.on('exit', (code, signal) => {
    ended = new Error(
      `the worker ${file.pathname.split('/').at(-1)} has ended (${signal ?? `code ${code}`})`,
    );
    for (const call of calls.values()) call.reject(ended);
    calls.clear();
  });
  await once(child, 'spawn');

  return {
    pid: child.pid as number,
    call(name, input) {
      return new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        const id = nextId++;
        calls.set(id, { resolve, reject });
        child.send({ id, name, input } satisfies CommandCall);
      });
    },
    async stop() {
      if (ended) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
