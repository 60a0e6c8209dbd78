/** Kinds of recurring work. */
export type TaskKindName = 'poll' | 'resources' | 'watch' | 'check' | 'reconcile' | 'routes' | 'verify';

/** The reason for which a task rests that needs a scope which the person has not granted. */
export const PAUSED_FOR_SCOPE = 'missing_scope';
/** A task that has failed so often in a row is shown as a fault of its connection. */
export const MANY_FAILURES = 3;

/** A run of a task, which this replica has until the end of its lease. */
export interface ClaimedTask {
  readonly id: string;
  readonly connectionId: string;
  readonly tenant: string;
  readonly appId: string;
  readonly kind: string;
  /** The name within the provider's definition, such as the id of a poll. */
  readonly name: string;
  /** The provider's id of the resource; '': the whole account. */
  readonly resource: string;
  readonly resourceName: string | undefined;
  /** A person or a push waits for this run. */
  readonly onDemand: boolean;
  /** The interval that counts now, after a stretch by a quota. */
  readonly intervalMs: number;
  /** The last stored position. */
  readonly cursor: Readonly<Record<string, unknown>>;
  readonly failures: number;
  /** How the run before ended. */
  readonly lastOutcome: string | undefined;
  readonly lastSucceededAtMs: number | undefined;
  /** The time of the database, in ms since 1970. */
  nowMs(): number;
  /**
   * Called before each request and each publication. A process that was stopped or hung for longer than its lease may
   * see an answer before it sees that its signal has aborted.
   * @throws the reason of the signal, if the run must end
   */
  assertHeld(): void;
  /**
   * Stores a position. What the position covers must have been published before.
   * @throws TaskFencedError if another run has stored one meanwhile
   */
  saveCursor(cursor: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Another replica has the task: this run must end, and its result counts for nothing. */
export class TaskFencedError extends Error {
  override readonly name = 'TaskFencedError';
  readonly code = 'task_fenced';

  constructor() {
    super('another run of the task has stored its position');
  }
}

/** When a task runs next. */
export type NextRun =
  /** At its next due time, but not before some seconds have passed. */
  | { readonly at: 'grid'; readonly notBeforeSeconds?: number }
  /**
   * Before its next due time, if that is later. `spread`: what many tasks wait for, such as a quota, is there for a few
   * at a time. So they come back one after another, within a tenth of their intervals, and not all at once.
   */
  | { readonly at: 'soon'; readonly afterSeconds: number; readonly spread?: true }
  /** As after a missed run. */
  | { readonly at: 'catch-up' }
  /** After more than its interval, because the provider said so. */
  | { readonly at: 'later'; readonly afterSeconds: number }
  /** Not until it is resumed. */
  | { readonly at: 'paused'; readonly reason: string };

export interface TaskResult {
  /** A short code for the connection's list of tasks. */
  readonly outcome: string;
  /** `excused`: not this task's failure, such as a quota without room. */
  readonly ended: 'succeeded' | 'failed' | 'excused';
  readonly next: NextRun;
  /** Why it failed, in words, without secrets. */
  readonly error?: string;
}

/** How to run the tasks of one kind. */
export interface TaskKind {
  readonly kind: TaskKindName;
  /**
   * Runs a task once. After `signal` aborts nothing of the run counts any more. What it throws is logged, and the task is
   * tried again soon.
   */
  run(task: ClaimedTask, signal: AbortSignal): Promise<TaskResult>;
}

/** A task that a connection should have. */
export interface TaskDefinition {
  readonly kind: TaskKindName;
  readonly name: string;
  readonly resource?: string;
  readonly resourceName?: string;
  readonly intervalSeconds: number;
  readonly losesAfterSeconds?: number | undefined;
  readonly quotaKeys?: readonly string[];
  readonly quotaCost?: number;
  /** Whether a new task runs at once. Default true; false: at its first due time. */
  readonly isDueAtOnce?: boolean;
  /** The position at which a new task starts. */
  readonly cursor?: Readonly<Record<string, unknown>>;
  /** Why it does not run yet, such as `missing_scope`. */
  readonly pausedReason?: string | undefined;
}
