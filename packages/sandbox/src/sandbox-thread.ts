import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createSharedClock, elapsedMs, readSharedClock, sumUs } from './run-clock.ts';
import type { ThreadData } from './thread-data.ts';
import type { SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

/** Beyond the limit at which code is interrupted: a thread that does not stop by then is in a built-in function. */
const GRACE_MS = 50;
/** The same by the clock on the wall: where that limit is reached the machine is busy, and slow to stop. */
const ELAPSED_GRACE_MS = 500;
/** How often one is looked at whose code has not begun. */
const LOOK_MS = 100;

export interface ThreadOptions {
  limits: SandboxLimits;
  engine: object;
  /** From the job to the start of its code, which takes an engine to be made, and a processor. */
  startTimeoutMs: number;
  /** It takes jobs from now on. */
  onReady: () => void;
  /** A job is over. */
  onResult: (result: SandboxResult) => void;
  /**
   * It is gone: `ended` here, because it did not answer in time, or `died` by itself.
   * @param ranMs how long its job, if it had one, had been in hand
   */
  onGone: (how: 'ended' | 'died', reason: string, ranMs: number) => void;
}

export interface SandboxThread {
  readonly isReady: boolean;
  /** One at a time, and only when it is ready. */
  run(job: SandboxJob): void;
  close(): Promise<void>;
}

/** A thread that runs one job after the other, and is ended when the code of one does not come to its end. */
export function startSandboxThread(options: ThreadOptions): SandboxThread {
  const { limits, engine, startTimeoutMs } = options;
  const isSource = import.meta.url.endsWith('.ts');
  const clock = createSharedClock();
  const data: ThreadData = { limits, engine, clock };
  const worker = new Worker(
    fileURLToPath(new URL(`./run-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    {
      workerData: data,
      // Whatever started this process. It reads no setting and no secret.
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

  /** Its time is counted from when the code began, and by what it had of the processor: both are looked up. */
  async function look(): Promise<void> {
    const given = givenAtMs;
    const leftMs = await readTimeLeft();
    // It may be over by now, and the next one under way.
    if (isGone || given === undefined || given !== givenAtMs) return;
    if (leftMs > 0) watch(leftMs);
    else gone('ended', `It took more than ${limits.timeoutMs} ms`);
  }

  async function readTimeLeft(): Promise<number> {
    const started = readSharedClock(clock);
    if (!started) return Math.min(LOOK_MS, startTimeoutMs - (performance.now() - (givenAtMs ?? 0)));
    const tookMs = elapsedMs(started.startedAtNs);
    const lastMs = limits.maxElapsedMs + ELAPSED_GRACE_MS - tookMs;
    if (lastMs <= 0) return lastMs;
    // Asked in the middle of whatever it does. It has no answer when it has just come to its end.
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
