import { Counter, Gauge, Histogram, type Registry } from '@hookline/service';

export interface TaskMetrics {
  /** A run ended. */
  observe(kind: string, outcome: string, seconds: number): void;
  /** Missed runs were made up for by one run later. */
  collapsed(count: number): void;
  running(count: number): void;
}

export function createTaskMetrics(registry: Registry): TaskMetrics {
  const runs = new Counter({
    name: 'hookline_scheduler_task_runs_total',
    help: 'Runs of tasks of connections by this replica, by how they ended',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'hookline_scheduler_task_duration_seconds',
    help: 'How long a run of a task of a connection took',
    labelNames: ['kind'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100],
    registers: [registry],
  });
  const collapsed = new Counter({
    name: 'hookline_scheduler_tasks_collapsed_total',
    help: 'Tasks whose missed runs became one later run',
    registers: [registry],
  });
  const running = new Gauge({
    name: 'hookline_scheduler_tasks_running',
    help: 'Tasks that this replica is running',
    registers: [registry],
  });
  return {
    observe(kind, outcome, seconds) {
      runs.inc({ kind, outcome });
      durations.observe({ kind }, seconds);
    },
    collapsed: (count) => collapsed.inc(count),
    running: (count) => running.set(count),
  };
}
