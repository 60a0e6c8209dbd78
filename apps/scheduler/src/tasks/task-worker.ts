import { randomUUID } from 'node:crypto';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { createLeases, type Lease } from '../leases/leases.ts';
import { type ClaimedTaskRow, claimTasks } from '../sql/claim-tasks.ts';
import { finishTask } from '../sql/finish-task.ts';
import { releaseTask } from '../sql/release-task.ts';
import { type HeldTask, renewTaskLeases } from '../sql/renew-task-leases.ts';
import { saveTaskCursor } from '../sql/save-task-cursor.ts';
import type { MissedTask } from './catch-up.ts';
import { nextDueMs, retrySeconds } from './next-due.ts';
import { LATE_SECONDS, spreadLateTasks } from './spread-late-tasks.ts';
import { type ClaimedTask, MANY_FAILURES, TaskFencedError, type TaskKind, type TaskResult } from './task.ts';
import type { TaskMetrics } from './task-metrics.ts';

export interface TaskWorkerOptions {
  database: Database;
  kinds: readonly TaskKind[];
  logger: Logger;
  metrics: TaskMetrics;
  /** Called after a run that may have changed the facts from which the status of its connection is derived. */
  onFactsChanged: (connectionId: string) => Promise<void>;
  /** How long a task stays with a replica that died. It is renewed three times as often during a run. Default 30 s. */
  leaseMs?: number;
  /** A run that takes longer is aborted. Default 100 s. */
  maxRunMs?: number;
  /** The most runs at once. Default 50. */
  slots?: number;
  /** The most runs at once of one OAuth application. Default 20. */
  share?: number;
  /** How often due tasks are looked for. Default 1 s. */
  pollIntervalMs?: number;
  /** A task that is later than this is spread instead of run. Default 300 s. */
  lateSeconds?: number;
}

export interface TaskWorker extends Worker {
  /** Looks for due tasks at once. */
  wake(): void;
}

/** The most due tasks of an application that a claim looks at, to take turns between its tenants. */
const CANDIDATES = 5_000;
/** The most tenants of an application that a claim walks through if those are not enough. */
const TENANTS = 500;
/** How often tasks that are very late are looked for. */
const SPREAD_EVERY_MS = 10_000;
/** Kinds whose runs change facts that the status of the connection is derived from, however they end. */
const CHANGING_FACTS: ReadonlySet<string> = new Set(['watch', 'check', 'resources', 'routes']);

/** Runs the due tasks of all connections, up to a number at once. N replicas share the work. */
export function createTaskWorker(options: TaskWorkerOptions): TaskWorker {
  const { database, logger, metrics } = options;
  const leaseMs = options.leaseMs ?? 30_000;
  const maxRunMs = options.maxRunMs ?? 100_000;
  const leases = createLeases<HeldTask>({
    noun: 'task',
    keyOf: ({ id, leaseId }) => `${id} ${leaseId}`,
    renew: (held) => renewTaskLeases(database, held, leaseMs / 1_000),
    logger,
    leaseMs,
  });
  const slots = options.slots ?? 50;
  const share = options.share ?? 20;
  const pollIntervalMs = options.pollIntervalMs ?? 1_000;
  const lateSeconds = options.lateSeconds ?? LATE_SECONDS;
  const kinds = new Map<string, TaskKind>(options.kinds.map((kind) => [kind.kind, kind]));
  const running = new Set<Promise<void>>();
  const runningByApp = new Map<string, number>();
  /** After which tenant the next claim goes on, for applications with more tenants than one claim walks through. */
  const walks = new Map<string, string>();
  let spreadAtMs = Number.NEGATIVE_INFINITY;

  async function round(signal: AbortSignal): Promise<number> {
    if (performance.now() - spreadAtMs >= SPREAD_EVERY_MS) {
      const moved = await spreadLateTasks(database, lateSeconds);
      // More may wait.
      spreadAtMs = moved.isComplete ? performance.now() : Number.NEGATIVE_INFINITY;
      metrics.collapsed(moved.count);
    }
    const free = slots - running.size;
    if (free <= 0) return pollIntervalMs;
    const leaseId = randomUUID();
    const claimedAt = performance.now();
    const { rows } = await claimTasks.run<ClaimedTaskRow>(database, {
      busy: [...runningByApp].map(([appId, count]) => ({ app_id: appId, free: share - count })),
      walks: [...walks].map(([appId, tenant]) => ({ app_id: appId, after_tenant: tenant })),
      share,
      slots: free,
      lease_id: leaseId,
      lease_seconds: leaseMs / 1_000,
      late_seconds: lateSeconds,
      candidates: CANDIDATES,
      tenants: TENANTS,
    });
    for (const { appId, walkedTo } of rows) {
      if (walkedTo === null) walks.delete(appId);
      else walks.set(appId, walkedTo);
    }
    for (const row of rows) start(row, leaseId, claimedAt, signal);
    // A run that ends wakes the loop.
    return pollIntervalMs;
  }

  function start(row: ClaimedTaskRow, leaseId: string, claimedAt: number, stop: AbortSignal): void {
    runningByApp.set(row.appId, (runningByApp.get(row.appId) ?? 0) + 1);
    const lease = leases.hold({ id: row.id, leaseId }, claimedAt);
    const run = runClaimed(row, leaseId, lease, claimedAt, stop)
      .catch((error: unknown) => {
        logger.error(
          { err: error, task: row.id, connection: row.connectionId },
          'the end of a run could not be stored',
        );
      })
      .finally(() => {
        lease.end();
        running.delete(run);
        const count = (runningByApp.get(row.appId) ?? 1) - 1;
        if (count > 0) runningByApp.set(row.appId, count);
        else runningByApp.delete(row.appId);
        metrics.running(running.size);
        loop.wake();
      });
    running.add(run);
    metrics.running(running.size);
  }

  async function runClaimed(
    row: ClaimedTaskRow,
    leaseId: string,
    lease: Lease,
    claimedAt: number,
    stop: AbortSignal,
  ): Promise<void> {
    const overrun = new AbortController();
    const timer = setTimeout(
      () => overrun.abort(new Error(`the run took longer than ${maxRunMs / 1_000} s`)),
      maxRunMs,
    );
    const signal = AbortSignal.any([stop, overrun.signal, lease.lost]);
    const assertHeld = () => {
      lease.assertHeld();
      signal.throwIfAborted();
    };
    const startedAt = performance.now();
    const nowMs = () => Math.round(row.claimedAt.getTime() + (performance.now() - claimedAt));
    let result: TaskResult;
    try {
      result = await runKind(toClaimedTask(row, nowMs, assertHeld), signal);
    } catch (error) {
      if (stop.aborted) {
        await releaseTask.run(database, { id: row.id, lease_id: leaseId });
        metrics.observe(row.kind, 'released', (performance.now() - startedAt) / 1_000);
        return;
      }
      // The task is due again when its lease ends, or is another replica's already.
      if (lease.lost.aborted) {
        metrics.observe(row.kind, 'fenced', (performance.now() - startedAt) / 1_000);
        return;
      }
      result = toFailure(error, row, overrun.signal);
    } finally {
      clearTimeout(timer);
    }
    await finish(row, leaseId, nowMs(), result, (performance.now() - startedAt) / 1_000);
    if (mayChangeStatus(row, result)) {
      await options
        .onFactsChanged(row.connectionId)
        .catch((error: unknown) =>
          logger.warn({ err: error, connection: row.connectionId }, 'a status could not be looked at'),
        );
    }
  }

  /** Ends with the signal, also if the kind goes on: what it then stores is fenced. */
  async function runKind(task: ClaimedTask, signal: AbortSignal): Promise<TaskResult> {
    const kind = kinds.get(task.kind);
    if (kind === undefined) throw new Error(`this build has no tasks of the kind "${task.kind}"`);
    signal.throwIfAborted();
    let endWait: () => void = () => {};
    const aborted = new Promise<never>((_, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort);
      endWait = () => signal.removeEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([kind.run(task, signal), aborted]);
    } finally {
      endWait();
    }
  }

  function toClaimedTask(row: ClaimedTaskRow, nowMs: () => number, assertHeld: () => void): ClaimedTask {
    let version = row.version;
    return {
      id: row.id,
      connectionId: row.connectionId,
      tenant: row.tenant,
      appId: row.appId,
      kind: row.kind,
      name: row.name,
      resource: row.resource,
      resourceName: row.resourceName ?? undefined,
      onDemand: row.onDemand,
      intervalMs: row.intervalSeconds * row.stretch * 1_000,
      cursor: row.cursor,
      failures: row.failures,
      lastOutcome: row.lastOutcome ?? undefined,
      lastSucceededAtMs: row.lastSucceededAt?.getTime(),
      nowMs,
      assertHeld,
      async saveCursor(cursor) {
        assertHeld();
        const { rows } = await saveTaskCursor.run<{ version: string }>(database, {
          id: row.id,
          version: Number(version),
          cursor: JSON.stringify(cursor),
        });
        const [saved] = rows;
        if (saved === undefined) throw new TaskFencedError();
        version = saved.version;
      },
    };
  }

  function toFailure(error: unknown, row: ClaimedTaskRow, overrun: AbortSignal): TaskResult {
    if (error instanceof TaskFencedError) {
      return { outcome: 'fenced', ended: 'excused', next: { at: 'grid' } };
    }
    const outcome = overrun.aborted ? 'overran' : 'failed';
    logger.warn(
      { err: error, task: row.id, connection: row.connectionId, kind: row.kind, name: row.name },
      `task.${outcome}`,
    );
    return {
      outcome,
      ended: 'failed',
      next: { at: 'soon', afterSeconds: retrySeconds(row.failures) },
      error: error instanceof Error ? error.message : 'unknown',
    };
  }

  async function finish(
    row: ClaimedTaskRow,
    leaseId: string,
    nowMs: number,
    result: TaskResult,
    seconds: number,
  ): Promise<void> {
    const missed: MissedTask = {
      ...row,
      lastRunMs: result.ended === 'succeeded' ? nowMs : (row.lastSucceededAt ?? row.createdAt).getTime(),
    };
    const { rowCount } = await finishTask.run(database, {
      id: row.id,
      lease_id: leaseId,
      due_at: new Date(nextDueMs(missed, result.next, nowMs)).toISOString(),
      outcome: result.outcome.slice(0, 100),
      error: result.error?.slice(0, 500),
      succeeded: result.ended === 'succeeded',
      excused: result.ended === 'excused',
      paused_reason: result.next.at === 'paused' ? result.next.reason : undefined,
    });
    const outcome = rowCount === 1 ? result.outcome : 'fenced';
    metrics.observe(row.kind, outcome, seconds);
    logger.debug({ task: row.id, connection: row.connectionId, kind: row.kind, outcome }, 'task.ran');
  }

  const loop = createLoopWorker({
    name: 'connection-tasks',
    work: round,
    onError: (error) => logger.warn({ err: error }, 'due tasks could not be claimed; trying again'),
    pauseAfterErrorMs: pollIntervalMs,
  });
  return {
    name: loop.name,
    wake: loop.wake,
    async run(signal) {
      await loop.run(signal);
      await Promise.all(running);
    },
  };
}

/** Whether the end of a run may change the status of its connection. */
function mayChangeStatus({ kind, failures }: ClaimedTaskRow, { next, ended }: TaskResult): boolean {
  if (CHANGING_FACTS.has(kind) || next.at === 'paused') return true;
  return ended === 'succeeded'
    ? failures >= MANY_FAILURES
    : ended === 'failed' && failures + 1 === MANY_FAILURES;
}
