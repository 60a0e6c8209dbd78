import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createSharedClock, elapsedMs, readSharedClock, sumUs } from './run-clock.ts';
import type { ThreadData } from './thread-data.ts';
import type { SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

/** Time after the limit at which code is interrupted: a thread that still runs then is in a built-in function. */
const GRACE_MS = 50;
/** The same for elapsed time: if that limit is reached, the machine is busy and the thread stops slowly. */
const ELAPSED_GRACE_MS = 500;
/** How often a thread is checked whose code has not started yet. */
const LOOK_MS = 100;

export interface ThreadOptions {
  limits: SandboxLimits;
  engine: object;
  /** From the assignment of a job to the start of its code, which needs a new engine and the processor. */
  startTimeoutMs: number;
  /** Called when the thread accepts jobs. */
  onReady: () => void;
  /** Called when a job has ended. */
  onResult: (result: SandboxResult) => void;
  /**
   * Called when the thread has ended: `ended` if it was terminated because it did not answer in time, `died` if it
   * ended by itself.
   * @param ranMs the time since its current job was assigned; 0 without a job
   */
  onGone: (how: 'ended' | 'died', reason: string, ranMs: number) => void;
}

export interface SandboxThread {
  readonly isReady: boolean;
  /** Only one job at a time, and only if the thread is ready. */
  run(job: SandboxJob): void;
  close(): Promise<void>;
}

/** Starts a thread that runs one job after another, and is terminated if the code of a job does not finish in time. */
export function startSandboxThread(options: ThreadOptions): SandboxThread {
  const { limits, engine, startTimeoutMs } = options;
  const isSource = import.meta.url.endsWith('.ts');
  const clock = createSharedClock();
  const data: ThreadData = { limits, engine, clock };
  const worker = new Worker(
    fileURLToPath(new URL(`./run-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    {
      workerData: data,
      // Independent of the options and environment of this process: the thread gets no setting and no secret.
      execArgv: isSource ? ['--conditions=@hookline/source'] : [],
      env: {},
    },
  );
  let isReady = false;
  let isGone = false;
  let givenAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function watch(inMs: number): void {
    timer = setTimeout(() => void look(), Math.max(1, Math.ceil(inMs))).unref();
  }

  /**
   * Terminates the thread if its time is over. The time counts from the start of the code, as elapsed and as CPU time.
   */
  async function look(): Promise<void> {
    const given = givenAtMs;
    const leftMs = await readTimeLeft();
    // The job may have ended in the meantime, and the next one may be running.
    if (isGone || given === undefined || given !== givenAtMs) return;
    if (leftMs > 0) watch(leftMs);
    else gone('ended', `The code took more than ${limits.timeoutMs} ms`);
  }

  async function readTimeLeft(): Promise<number> {
    const started = readSharedClock(clock);
    if (!started) return Math.min(LOOK_MS, startTimeoutMs - (performance.now() - (givenAtMs ?? 0)));
    const tookMs = elapsedMs(started.startedAtNs);
    const lastMs = limits.maxElapsedMs + ELAPSED_GRACE_MS - tookMs;
    if (lastMs <= 0) return lastMs;
    // This works while the thread runs code. It fails if the thread has just ended.
    const usage = await worker.cpuUsage().catch(() => undefined);
    if (usage === undefined || readSharedClock(clock)?.startedAtNs !== started.startedAtNs) return LOOK_MS;
    return Math.min(lastMs, limits.timeoutMs + GRACE_MS - (sumUs(usage) - started.cpuUs) / 1000);
  }

  function gone(how: 'ended' | 'died', reason: string): void {
    if (isGone) return;
    isGone = true;
    clearTimeout(timer);
    void worker.terminate();
    options.onGone(how, reason, givenAtMs === undefined ? 0 : performance.now() - givenAtMs);
  }

  worker.unref();
  worker.on('message', (message: 'ready' | SandboxResult) => {
    if (isGone) return;
    if (message === 'ready') {
      isReady = true;
      options.onReady();
      return;
    }
    clearTimeout(timer);
    givenAtMs = undefined;
    options.onResult(message);
  });
  worker.on('error', (error) => gone('died', `The thread ended: ${error.message}`));
  worker.on('exit', () => gone('died', 'The thread ended'));

  return {
    get isReady() {
      return isReady;
    },
    run(job) {
      givenAtMs = performance.now();
      worker.postMessage(job);
      watch(limits.timeoutMs + GRACE_MS);
    },
    async close() {
      isGone = true;
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}
