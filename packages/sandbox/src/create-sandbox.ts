import { availableParallelism } from 'node:os';
import { createFairQueue } from './fair-queue.ts';
import { type Conduct, createOffenders, SUSPENDED_AFTER } from './offenders.ts';
import { compileEngine } from './run-code.ts';
import { type SandboxThread, startSandboxThread } from './sandbox-thread.ts';
import type { SandboxFailure, SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

export interface SandboxOptions extends Partial<SandboxLimits> {
  /** Threads that run code. One more is kept ready, and one is for code that timed out. Default 3 or 4, at least 2. */
  threads?: number;
  /** From the assignment of a job to the start of its code. A thread that takes longer is terminated. Default 5,000. */
  startTimeoutMs?: number;
  /**
   * The most jobs waiting for a thread; further jobs fail as `busy`. One owner may use half of the places that other
   * owners leave. Default 2,000.
   */
  maxWaiting?: number;
  /** The most characters of code and input of all waiting jobs; shared like `maxWaiting`. Default 64 Mi. */
  maxWaitingLength?: number;
  /** A job that has waited this long for a thread fails as `busy`. Default 10,000. */
  maxWaitMs?: number;
}

export interface Sandbox {
  /** Never rejects. */
  run(job: SandboxJob): Promise<SandboxResult>;
  /** The recent timeouts of a key's code, in this process. */
  conductOf(key: string, owner: string): Conduct;
  /** The number of threads that were terminated because they did not answer. */
  readonly killed: number;
  /** The current number of threads. */
  readonly threads: number;
  readonly waiting: number;
  close(): Promise<void>;
}

interface Waiting {
  job: SandboxJob;
  length: number;
  resolve: (result: SandboxResult) => void;
  timer: NodeJS.Timeout;
}

interface Member {
  thread: SandboxThread;
  current: Waiting | undefined;
}

/** Threads, and the jobs that wait for them. */
interface Pool {
  maxRunning: number;
  /** Further threads that are kept ready, so that a terminated thread is replaced at once. */
  spare: number;
  /** Whether an owner with slow code must leave one thread to others. */
  leavesOne: boolean;
  members: Set<Member>;
  queue: ReturnType<typeof createFairQueue<Waiting>>;
}

/** The jobs of an owner. */
interface Share {
  waiting: number;
  length: number;
  running: number;
}

const DEFAULT_LIMITS: SandboxLimits = {
  timeoutMs: 100,
  maxElapsedMs: 1_000,
  memoryBytes: 33_554_432,
  maxOutputLength: 1_048_576,
};
/** An owner is slow if the runs of its code take longer than this on average. */
const SLOW_MS = 20;
const MAX_REMEMBERED = 10_000;
const STOPPED = 'Hookline is shutting down';

const failed = (kind: SandboxFailure['kind'], message: string, durationMs = 0): SandboxResult => ({
  output: undefined,
  failure: { kind, message, line: undefined, column: undefined },
  console: [],
  durationMs,
});

/**
 * Runs the code of tenants in worker threads. A thread whose code does not finish in time is terminated, even inside a
 * built-in function, and a ready thread replaces it.
 *
 * Owners take turns. Code that timed out recently runs in a separate thread (`apart`), and so does all code of an owner
 * with several recent timeouts. Code that times out repeatedly is suspended for a while. An owner with slow code never
 * has all threads. So no owner can keep the code of others from a thread. Threads start with the first job.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const limits: SandboxLimits = {
    timeoutMs: options.timeoutMs ?? DEFAULT_LIMITS.timeoutMs,
    maxElapsedMs: options.maxElapsedMs ?? DEFAULT_LIMITS.maxElapsedMs,
    memoryBytes: options.memoryBytes ?? DEFAULT_LIMITS.memoryBytes,
    maxOutputLength: options.maxOutputLength ?? DEFAULT_LIMITS.maxOutputLength,
  };
  const maxWaiting = options.maxWaiting ?? 2_000;
  const maxWaitingLength = options.maxWaitingLength ?? 67_108_864;
  const maxWaitMs = options.maxWaitMs ?? 10_000;
  const startTimeoutMs = options.startTimeoutMs ?? 5_000;
  const threads = options.threads ?? Math.min(4, Math.max(3, availableParallelism()));
  const makePool = (pool: Pick<Pool, 'maxRunning' | 'spare' | 'leavesOne'>): Pool => ({
    ...pool,
    members: new Set(),
    queue: createFairQueue(),
  });
  const normal = makePool({ maxRunning: Math.max(2, threads), spare: 1, leavesOne: true });
  const apart = makePool({ maxRunning: 1, spare: 0, leavesOne: false });
  const offenders = createOffenders();
  const shares = new Map<string, Share>();
  /** Owner → moving average of the durations of its runs. */
  const averagesMs = new Map<string, number>();
  /** Key → the thread that ran it last. */
  const homes = new Map<string, Member>();
  let waiting = 0;
  let waitingLength = 0;
  let killed = 0;
  let closed = false;
  let engine: object | undefined;
  let isCompiling = false;

  function shareOf(owner: string): Share {
    let share = shares.get(owner);
    if (!share) {
      share = { waiting: 0, length: 0, running: 0 };
      shares.set(owner, share);
    }
    return share;
  }

  function forgetIfIdle(owner: string): void {
    const share = shares.get(owner);
    if (share?.waiting === 0 && share.running === 0) shares.delete(owner);
  }

  /** Removes a job from the counts of waiting jobs. */
  function leave({ job: { owner }, length, timer }: Waiting): void {
    clearTimeout(timer);
    const share = shareOf(owner);
    share.waiting--;
    share.length -= length;
    waiting--;
    waitingLength -= length;
  }

  function refuse(refused: readonly Waiting[], kind: 'busy' | 'suspended', message: string): void {
    for (const each of refused) {
      leave(each);
      forgetIfIdle(each.job.owner);
      each.resolve(failed(kind, message));
    }
  }

  function refuseAll(message: string): void {
    for (const { queue } of [normal, apart])
      refuse(
        queue.takeWhere(() => true),
        'busy',
        message,
      );
  }

  /** After a timeout: moves the owner's waiting jobs that must run apart, and refuses the jobs of suspended code. */
  function sortOut(owner: string): void {
    const moved = normal.queue.takeWhere(
      ({ job }) => job.owner === owner && offenders.conductOf(job.key, owner, job.code).state !== 'normal',
    );
    for (const each of moved) apart.queue.push(each);
    const isSuspended = ({ job }: Waiting) =>
      job.owner === owner && offenders.conductOf(job.key, owner, job.code).state === 'suspended';
    refuse(apart.queue.takeWhere(isSuspended), 'suspended', SUSPENDED);
  }

  /** @param isOffence whether the job timed out or its thread was terminated */
  function finish(
    member: Member,
    result: SandboxResult,
    isOffence = result.failure?.kind === 'timeout',
  ): void {
    const { current } = member;
    member.current = undefined;
    if (!current) return;
    const { key, owner, code } = current.job;
    shareOf(owner).running--;
    forgetIfIdle(owner);
    const known = averagesMs.get(owner);
    averagesMs.delete(owner);
    averagesMs.set(owner, known === undefined ? result.durationMs : known * 0.8 + result.durationMs * 0.2);
    if (averagesMs.size > MAX_REMEMBERED) averagesMs.delete(averagesMs.keys().next().value as string);
    offenders.note(key, owner, code, isOffence);
    if (isOffence) sortOut(owner);
    current.resolve(result);
  }

  function startThread(pool: Pool, compiled: object): void {
    const member: Member = {
      current: undefined,
      thread: startSandboxThread({
        limits,
        engine: compiled,
        startTimeoutMs,
        onReady: pump,
        onResult(result) {
          finish(member, result);
          pump();
        },
        onGone(how, reason, ranMs) {
          pool.members.delete(member);
          if (how === 'ended') killed++;
          // If a thread cannot even start, no job can run, and retrying at once would never end.
          const isHopeless = !member.thread.isReady && !closed;
          if (isHopeless) refuseAll(`The sandbox cannot be started: ${reason}`);
          // The job may be the reason why the thread ended.
          finish(member, failed(how === 'ended' ? 'timeout' : 'threw', reason, ranMs), true);
          if (!isHopeless) pump();
        },
      }),
    };
    pool.members.add(member);
  }

  function isSlow(owner: string): boolean {
    return (averagesMs.get(owner) ?? 0) > SLOW_MS;
  }

  /** The thread that ran the key last, because it may have the compiled code; otherwise any idle thread. */
  function takeMember(idle: Member[], key: string): Member {
    const home = homes.get(key);
    const [member] = idle.splice(Math.max(0, home === undefined ? -1 : idle.indexOf(home)), 1) as [Member];
    homes.delete(key);
    homes.set(key, member);
    if (homes.size > MAX_REMEMBERED) homes.delete(homes.keys().next().value as string);
    return member;
  }

  function pumpPool(pool: Pool, compiled: object): void {
    let running = 0;
    for (const { current } of pool.members) if (current) running++;
    const mayGo = (owner: string) =>
      !pool.leavesOne || shareOf(owner).running < pool.maxRunning - 1 || !isSlow(owner);
    const idle = [...pool.members].filter(({ thread, current }) => thread.isReady && !current);
    for (; idle.length > 0 && running < pool.maxRunning; running++) {
      const next = pool.queue.take(mayGo);
      if (!next) break;
      const member = takeMember(idle, next.job.key);
      leave(next);
      shareOf(next.job.owner).running++;
      member.current = next;
      member.thread.run(next.job);
    }
    const wanted = Math.min(pool.maxRunning, running + pool.queue.size);
    const lacking = wanted === 0 ? 0 : wanted + pool.spare - pool.members.size;
    for (let n = 0; n < lacking; n++) startThread(pool, compiled);
  }

  function pump(): void {
    if (closed) return;
    if (engine !== undefined) {
      pumpPool(normal, engine);
      pumpPool(apart, engine);
      return;
    }
    if (isCompiling) return;
    isCompiling = true;
    compileEngine().then(
      (compiled) => {
        engine = compiled;
        pump();
      },
      (error: unknown) => {
        isCompiling = false;
        refuseAll(`The sandbox cannot be started: ${String(error)}`);
      },
    );
  }

  const SUSPENDED = `The code took more than ${limits.timeoutMs} ms in ${SUSPENDED_AFTER} consecutive runs and is suspended`;

  return {
    run: (job) =>
      new Promise((resolve) => {
        if (closed) {
          resolve(failed('busy', STOPPED));
          return;
        }
        const { state, suspendedForMs = 0 } = offenders.conductOf(job.key, job.owner, job.code);
        if (state === 'suspended') {
          const seconds = Math.ceil(suspendedForMs / 1000);
          resolve(failed('suspended', `${SUSPENDED} for another ${seconds} s`));
          return;
        }
        const length = job.code.length + (job.input?.length ?? 0);
        const share = shareOf(job.owner);
        const isFull =
          share.waiting >= maxWaiting - waiting || share.length + length > maxWaitingLength - waitingLength;
        if (isFull) {
          forgetIfIdle(job.owner);
          resolve(failed('busy', 'Too many transformations are waiting'));
          return;
        }
        share.waiting++;
        share.length += length;
        waiting++;
        waitingLength += length;
        const each: Waiting = {
          job,
          length,
          resolve,
          timer: setTimeout(() => {
            const message = `No thread became free within ${maxWaitMs} ms`;
            for (const { queue } of [normal, apart])
              refuse(
                queue.takeWhere((one) => one === each),
                'busy',
                message,
              );
          }, maxWaitMs).unref(),
        };
        (state === 'apart' ? apart : normal).queue.push(each);
        pump();
      }),
    conductOf: (key, owner) => offenders.conductOf(key, owner),
    get killed() {
      return killed;
    },
    get threads() {
      return normal.members.size + apart.members.size;
    },
    get waiting() {
      return waiting;
    },
    async close() {
      closed = true;
      refuseAll(STOPPED);
      const members = [...normal.members, ...apart.members];
      await Promise.all(members.map(({ thread }) => thread.close()));
      for (const member of members) finish(member, failed('busy', STOPPED), false);
    },
  };
}
