import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SchemaAnswer, SchemaTask } from './schema-in-thread.ts';

export type SchemaOutcome =
  | SchemaAnswer
  /**
   * The job took longer than `timeoutMs` or more memory than a thread has; it was ended, and another try would end
   * the same way.
   */
  | { kind: 'too_slow' }
  /** Too many jobs wait, or no thread can be started; a later try may succeed. */
  | { kind: 'busy' };

export interface SchemaThreads {
  /** Never rejects. */
  run(tenant: string, task: SchemaTask): Promise<SchemaOutcome>;
  close(): Promise<void>;
}

export interface SchemaThreadsOptions {
  /** Time limit of one job from its start in a thread. Default 1,000. */
  timeoutMs?: number;
  /** At least 2, so that slow schemas never occupy all threads. */
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
/** How long after a slow schema its tenant shares one thread with the tenants of other slow schemas. */
const SLOW_MS = 60_000;
const MAX_SLOW = 10_000;
const MAX_HEAP_MB = 1_024;

/**
 * Threads that compile and run the schemas of tenants. Tenants take turns. A tenant with a recently slow schema
 * shares a single thread with other such tenants, so that all others keep the remaining threads.
 */
export function createSchemaThreads(options: SchemaThreadsOptions = {}): SchemaThreads {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxThreads = Math.max(2, options.threads ?? Math.min(4, availableParallelism()));
  const threads = new Set<Thread>();
  /** Waiting jobs by tenant; the tenants are in the order of their turns. */
  const queues = new Map<string, Job[]>();
  /** Tenant → end of its penalty, on the monotonic clock. */
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
      // The thread gets no arguments or environment of this process: it needs no setting and no secret.
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

  /** A thread ended or is ended here: its job was the cause. */
  function lose(thread: Thread): void {
    if (!threads.delete(thread)) return;
    void thread.worker.terminate();
    // If no thread can start, no job can run, and immediate restarts would never end.
    if (!thread.ready) refuseWaiting();
    // Another thread replaces it at once, so that no job waits for the start.
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

  /** The next job. Its tenant goes to the end of the queue. */
  function takeNext(): Job | undefined {
    const running = [...threads].filter(({ ready }) => ready);
    // A slow tenant's job never takes the last thread: other jobs would wait until it is ended and another thread has
    // started.
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
