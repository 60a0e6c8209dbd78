import type { MissedTask } from '../../src/tasks/catch-up.ts';
import { Heap } from './heap.ts';

/** A row of `connection_tasks`, as far as claims read and write it. Times in ms since 1970. */
export interface ModelTask {
  readonly id: string;
  readonly appId: string;
  readonly tenant: string;
  readonly kind: string;
  readonly intervalSeconds: number;
  readonly phase: number;
  readonly losesAfterSeconds: number | null;
  readonly createdMs: number;
  stretch: number;
  dueMs: number;
  onDemand: boolean;
  leaseId: string | null;
  isPaused: boolean;
  lastFinishedMs: number | null;
  lastSucceededMs: number | null;
  failures: number;
}

export interface ModelClaim<Task> {
  /** Applications of which the replica is running tasks: how many more it may run of each. */
  readonly busy: ReadonlyMap<string, number>;
  readonly share: number;
  readonly slots: number;
  readonly leaseId: string;
  readonly leaseSeconds: number;
  readonly lateSeconds: number;
  readonly candidates: number;
  /** Told of each claimed task and the due time that it had. */
  readonly onClaim?: (task: Task, dueMs: number) => void;
}

/** The first tasks, and if there are more the first ones of each tenant. */
function amongCandidates({ candidates, share }: Pick<ModelClaim<unknown>, 'candidates' | 'share'>) {
  const ofTenant = new Map<string, number>();
  return ({ tenant }: ModelTask, index: number) => {
    const before = ofTenant.get(tenant) ?? 0;
    ofTenant.set(tenant, before + 1);
    return index < candidates || before < share;
  };
}

/** The statements of `src/sql` about `connection_tasks`, in memory; a test holds both against each other. */
export class TaskModel<Task extends ModelTask> {
  readonly #byApp = new Map<string, Heap<Task>>();

  get leastDueMs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const heap of this.#byApp.values()) least = Math.min(least, heap.leastKey);
    return least;
  }

  /** A new task, or one whose due time has changed. */
  put(task: Task): void {
    if (task.isPaused) return;
    let heap = this.#byApp.get(task.appId);
    if (heap === undefined) {
      heap = new Heap();
      this.#byApp.set(task.appId, heap);
    }
    heap.push(task.dueMs, task);
  }

  /** `claim-tasks.ts` */
  claim(claim: ModelClaim<Task>, nowMs: number): Task[] {
    const ranked: { task: Task; place: number }[] = [];
    for (const [appId, heap] of this.#byApp) {
      const free = claim.busy.get(appId) ?? claim.share;
      if (free <= 0 || heap.leastKey > nowMs) continue;
      const due = this.#takeDue(heap, nowMs);
      const open = due
        .filter(({ dueMs, onDemand }) => onDemand || dueMs > nowMs - claim.lateSeconds * 1_000)
        .filter(amongCandidates(claim));
      const chosen = inTurns(open).slice(0, free);
      for (const [place, task] of chosen.entries()) ranked.push({ task, place });
      const kept = new Set(chosen);
      for (const task of due) if (!kept.has(task)) this.put(task);
    }
    ranked.sort((a, b) => a.place - b.place);
    for (const { task } of ranked.slice(claim.slots)) this.put(task);
    const claimed = ranked.slice(0, claim.slots).map(({ task }) => task);
    for (const task of claimed) {
      claim.onClaim?.(task, task.dueMs);
      task.dueMs = nowMs + claim.leaseSeconds * 1_000;
      task.leaseId = claim.leaseId;
      this.put(task);
    }
    return claimed;
  }

  /** `finish-task.ts` */
  finish(
    task: Task,
    leaseId: string,
    ended: 'succeeded' | 'failed' | 'excused',
    dueMs: number,
    nowMs: number,
  ): boolean {
    if (task.leaseId !== leaseId) return false;
    task.leaseId = null;
    task.dueMs = task.onDemand ? nowMs : dueMs;
    task.lastFinishedMs = nowMs;
    if (ended === 'succeeded') task.lastSucceededMs = nowMs;
    task.failures = ended === 'succeeded' ? 0 : ended === 'excused' ? task.failures : task.failures + 1;
    this.put(task);
    return true;
  }

  /** `list-late-tasks.ts` and `move-due-times.ts`: gives tasks that have missed their runs another due time. */
  spread(
    catchUpAt: (task: MissedTask, nowMs: number) => number,
    options: { lateSeconds: number; limit: number },
    nowMs: number,
  ): Task[] {
    const late: Task[] = [];
    for (const heap of this.#byApp.values()) {
      late.push(
        ...this.#takeDue(heap, nowMs - options.lateSeconds * 1_000).filter((task) => {
          if (task.onDemand) this.put(task);
          return !task.onDemand;
        }),
      );
    }
    late.sort((a, b) => a.dueMs - b.dueMs);
    for (const task of late.slice(options.limit)) this.put(task);
    const moved = late.slice(0, options.limit);
    for (const task of moved) {
      task.dueMs = catchUpAt({ ...task, lastRunMs: task.lastFinishedMs ?? task.createdMs }, nowMs);
      task.leaseId = null;
      this.put(task);
    }
    return moved;
  }

  /** An entry whose time is not that of its task is out of date: the task has a later entry. */
  #takeDue(heap: Heap<Task>, untilMs: number): Task[] {
    const due: Task[] = [];
    for (let dueMs = heap.leastKey; dueMs <= untilMs; dueMs = heap.leastKey) {
      const task = heap.pop();
      if (task !== undefined && !task.isPaused && task.dueMs === dueMs) due.push(task);
    }
    return due;
  }
}

/** First one of each tenant, then a second one, and so on. */
function inTurns<Task extends ModelTask>(due: readonly Task[]): Task[] {
  if (due.length < 2) return [...due];
  const turns = new Map<string, number>();
  return [...due]
    .sort((a, b) => Number(b.onDemand) - Number(a.onDemand) || a.dueMs - b.dueMs)
    .map((task) => {
      const turn = (turns.get(task.tenant) ?? 0) + 1;
      turns.set(task.tenant, turn);
      return { task, turn };
    })
    .sort((a, b) => a.turn - b.turn || a.task.dueMs - b.task.dueMs)
    .map(({ task }) => task);
}
