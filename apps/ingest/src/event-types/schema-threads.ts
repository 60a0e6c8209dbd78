import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SchemaAnswer, SchemaTask } from './schema-in-thread.ts';

export type SchemaOutcome =
  | SchemaAnswer
  /** It took longer than `timeoutMs`, or more memory than a thread has: it was ended, and would be again. */
  | { kind: 'too_slow' }
  /** Too much waits, or no thread can be started: it may work later. */
  | { kind: 'busy' };

export interface SchemaThreads {
  /** Never rejects. */
  run(tenant: string, task: SchemaTask): Promise<SchemaOutcome>;
  close(): Promise<void>;
}

export interface SchemaThreadsOptions {
  /** From the moment at which a thread begins with it. Default 1,000. */
  timeoutMs?: number;
  /** At least 2, so that the schemas that are slow never have all of them. */
  threads?: number;
}

interface Job {
  tenant: string;
  task: SchemaTask;
  resolve: (outcome: SchemaOutcome) => void;
}

interface Thread {
  worker: Worker;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

const DEFAULT_TIMEOUT_MS = 1_000;
const MAX_WAITING = 1_000;
const MAX_WAITING_OF_TENANT = 50;
/** For so long after a schema was too slow, its tenant shares one thread with the others of that kind. */
const SLOW_MS = 60_000;
const MAX_SLOW = 10_000;
const MAX_HEAP_MB = 1_024;

/**
 * Threads in which the schemas of tenants are compiled and run. Tenants take turns; one whose schema was too slow
 * lately shares a single thread with its like, so that the others keep the rest.
 */
export function createSchemaThreads(options: SchemaThreadsOptions = {}): SchemaThreads {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxThreads = Math.max(2, options.threads ?? Math.min(4, availableParallelism()));
  const threads = new Set<Thread>();
  /** By tenant; the order of the tenants is that of their turns. */
  const queues = new Map<string, Job[]>();
  /** Tenant → until when, on the monotonic clock. */
  const slow = new Map<string, number>();
  let waiting = 0;
  let isClosed = false;

  const isSlow = (tenant: string) => (slow.get(tenant) ?? 0) > performance.now();

  function noteSlow(tenant: string): void {
    slow.delete(tenant);
    slow.set(tenant, performance.now() + SLOW_MS);
    const [oldest] = slow.keys();
    if (slow.size > MAX_SLOW && oldest !== undefined) slow.delete(oldest);
  }

  function startThread(): void {
    const isSource = import.meta.url.endsWith('.ts');
    const file = fileURLToPath(new URL(`./schema-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url));
    const worker = new Worker(file, {
      // Whatever started this process. It reads no setting and no secret.
      execArgv: isSource ? ['--conditions=@hookline/source'] : [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const thread: Thread = { worker, ready: false, job: undefined, timer: undefined };
    threads.add(thread);
    worker.unref();
    worker.on('message', (message: 'ready' | SchemaAnswer) => {
      if (message === 'ready') thread.ready = true;
      else finish(thread, message);
      handOut();
    });
    worker.on('error', () => lose(thread));
    worker.on('exit', () => lose(thread));
  }

  function finish(thread: Thread, outcome: SchemaOutcome): void {
    const { job } = thread;
    clearTimeout(thread.timer);
    thread.job = undefined;
    job?.resolve(outcome);
  }

  /** A thread is gone, or is ended here. What it was doing did that. */
  function lose(thread: Thread): void {
    if (!threads.delete(thread)) return;
    void thread.worker.terminate();
    // Nothing can be run where not even a thread starts, and trying again at once would not end.
    if (!thread.ready) refuseWaiting();
    // Another one takes its place at once, so that nobody waits while it starts.
    else if (!isClosed) startThread();
    if (thread.job) noteSlow(thread.job.tenant);
    finish(thread, isClosed ? { kind: 'busy' } : { kind: 'too_slow' });
    handOut();
  }

  function refuseWaiting(): void {
    for (const { resolve } of [...queues.values()].flat()) resolve({ kind: 'busy' });
    queues.clear();
    waiting = 0;
  }

  /** The next job whose turn it is. Its tenant goes to the end of the line. */
  function takeNext(): Job | undefined {
    const running = [...threads].filter(({ ready }) => ready);
    // A slow one never takes the last thread: the others would wait until it is ended and another has started.
    const mayBeSlow = running.length > 1 && !running.some(({ job }) => job && isSlow(job.tenant));
    for (const [tenant, queue] of queues) {
      if (!mayBeSlow && isSlow(tenant)) continue;
      queues.delete(tenant);
      const job = queue.shift();
      if (queue.length > 0) queues.set(tenant, queue);
      waiting--;
      return job;
    }
    return undefined;
  }

  function handOut(): void {
    if (isClosed) return;
    for (const thread of threads) {
      if (!thread.ready || thread.job) continue;
      const job = takeNext();
      if (!job) break;
      thread.job = job;
      thread.timer = setTimeout(() => lose(thread), timeoutMs);
      thread.worker.postMessage(job.task);
    }
    const starting = [...threads].filter(({ ready }) => !ready).length;
    if (waiting > starting && threads.size < maxThreads) startThread();
  }

  return {
    run: (tenant, task) =>
      new Promise((resolve) => {
        const queue = queues.get(tenant) ?? [];
        if (isClosed || waiting >= MAX_WAITING || queue.length >= MAX_WAITING_OF_TENANT) {
          resolve({ kind: 'busy' });
          return;
        }
        queue.push({ tenant, task, resolve });
        queues.set(tenant, queue);
        waiting++;
        handOut();
      }),
    async close() {
      isClosed = true;
      refuseWaiting();
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
