import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SandboxFailure, SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

export interface SandboxOptions extends Partial<SandboxLimits> {
  /** At least 2: one that is busy with bad code must not be the only one. Default 2 to 4, by the processors. */
  threads?: number;
  /** A thread that has not answered in this time is ended, and its job has failed. Default 1,000. */
  hardTimeoutMs?: number;
  /** Jobs waiting for a thread; more are refused as `busy`. Default 2,000. */
  maxWaiting?: number;
}

export interface Sandbox {
  /** Never rejects. */
  run(job: SandboxJob): Promise<SandboxResult>;
  /** Threads that were ended because they did not answer. */
  readonly killed: number;
  close(): Promise<void>;
}

interface WaitingJob {
  job: SandboxJob;
  resolve: (result: SandboxResult) => void;
}

interface Thread {
  worker: Worker;
  ready: boolean;
  current: WaitingJob | undefined;
  timer: NodeJS.Timeout | undefined;
  startedAtMs: number;
}

const DEFAULT_LIMITS: SandboxLimits = {
  timeoutMs: 100,
  memoryBytes: 33_554_432,
  maxOutputLength: 1_048_576,
};
/** So long after code took too much time, all code that did shares one thread. */
const SUSPECT_MS = 60_000;
const MAX_SUSPECTS = 10_000;
const STOPPED = 'Hookline is shutting down';

const refusal = (message: string): SandboxResult => ({
  output: undefined,
  failure: { kind: 'busy', message, line: undefined, column: undefined },
  console: [],
  durationMs: 0,
});

/**
 * Runs code of strangers in threads of its own. Keys take turns, and those whose code ran out of time lately share
 * one thread among them, so that the others keep the rest. Threads start with the first job.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const limits: SandboxLimits = {
    timeoutMs: options.timeoutMs ?? DEFAULT_LIMITS.timeoutMs,
    memoryBytes: options.memoryBytes ?? DEFAULT_LIMITS.memoryBytes,
    maxOutputLength: options.maxOutputLength ?? DEFAULT_LIMITS.maxOutputLength,
  };
  const hardTimeoutMs = options.hardTimeoutMs ?? 1_000;
  const maxWaiting = options.maxWaiting ?? 2_000;
  const maxThreads = Math.max(2, options.threads ?? Math.min(4, availableParallelism()));
  const threads = new Set<Thread>();
  /** By key; the order of the keys is that of their turns. */
  const queues = new Map<string, WaitingJob[]>();
  /** Key → until when it is one. */
  const suspects = new Map<string, number>();
  let waiting = 0;
  let killed = 0;
  let closed = false;

  const isSuspect = (key: string) => (suspects.get(key) ?? 0) > performance.now();

  function suspect(key: string): void {
    suspects.delete(key);
    suspects.set(key, performance.now() + SUSPECT_MS);
    if (suspects.size > MAX_SUSPECTS) suspects.delete(suspects.keys().next().value as string);
  }

  function startThread(): void {
    const isSource = import.meta.url.endsWith('.ts');
    const file = fileURLToPath(new URL(`./run-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url));
    const worker = new Worker(file, {
      workerData: limits,
      // Whatever started this process. It reads no setting and no secret.
      execArgv: isSource ? ['--conditions=@hookline/source'] : [],
      env: {},
    });
    const thread: Thread = { worker, ready: false, current: undefined, timer: undefined, startedAtMs: 0 };
    threads.add(thread);
    worker.unref();
    worker.on('message', (message: 'ready' | SandboxResult) => {
      if (message === 'ready') thread.ready = true;
      else finish(thread, message);
      pump();
    });
    worker.on('error', (error) => lose(thread, 'threw', `The thread ended: ${error.message}`));
    worker.on('exit', () => lose(thread, 'threw', 'The thread ended'));
  }

  function finish(thread: Thread, result: SandboxResult): void {
    const { current } = thread;
    clearTimeout(thread.timer);
    thread.current = undefined;
    if (!current) return;
    if (result.failure?.kind === 'timeout') suspect(current.job.key);
    current.resolve(result);
  }

  /** A thread is gone, or is ended here; another takes its place when there is work for it. */
  function lose(thread: Thread, kind: SandboxFailure['kind'], message: string): void {
    if (!threads.delete(thread)) return;
    void thread.worker.terminate();
    const durationMs = performance.now() - thread.startedAtMs;
    const failure = { kind, message, line: undefined, column: undefined };
    // Nothing can be run where not even a thread starts, and trying again at once would not end.
    if (!thread.ready) refuseWaiting(`The sandbox cannot be started: ${message}`);
    // It may have been the job that ended the thread.
    if (thread.current) suspect(thread.current.job.key);
    finish(thread, { output: undefined, failure, console: [], durationMs });
    pump();
  }

  function refuseWaiting(message: string): void {
    for (const { resolve } of [...queues.values()].flat()) resolve(refusal(message));
    queues.clear();
    waiting = 0;
  }

  /** The next job whose turn it is. Its key goes to the end of the line. */
  function takeNext(): WaitingJob | undefined {
    const suspectAtWork = [...threads].some(({ current }) => current && isSuspect(current.job.key));
    for (const [key, queue] of queues) {
      if (suspectAtWork && isSuspect(key)) continue;
      queues.delete(key);
      const next = queue.shift() as WaitingJob;
      if (queue.length > 0) queues.set(key, queue);
      waiting--;
      return next;
    }
    return undefined;
  }

  function pump(): void {
    if (closed) return;
    for (const thread of threads) {
      if (!thread.ready || thread.current) continue;
      const next = takeNext();
      if (!next) return;
      thread.current = next;
      thread.startedAtMs = performance.now();
      thread.timer = setTimeout(() => {
        killed++;
        lose(thread, 'timeout', `It took more than ${hardTimeoutMs} ms and was ended`);
      }, hardTimeoutMs);
      thread.worker.postMessage(next.job);
    }
    const starting = [...threads].filter(({ ready }) => !ready).length;
    if (waiting > starting && threads.size < maxThreads) startThread();
  }

  return {
    run: (job) =>
      new Promise((resolve) => {
        if (closed || waiting >= maxWaiting) {
          resolve(refusal(closed ? STOPPED : 'Too many transformations wait for their turn'));
          return;
        }
        const queue = queues.get(job.key) ?? [];
        queue.push({ job, resolve });
        queues.set(job.key, queue);
        waiting++;
        pump();
      }),
    get killed() {
      return killed;
    },
    async close() {
      closed = true;
      refuseWaiting(STOPPED);
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
