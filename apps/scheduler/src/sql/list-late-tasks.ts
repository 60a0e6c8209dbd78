import { statement } from '@hookline/db';

export interface LateTaskRow {
  id: string;
  kind: string;
  intervalSeconds: number;
  stretch: number;
  phase: number;
  losesAfterSeconds: number | null;
  lastRunMs: number;
  nowMs: number;
  /** The text of Postgres with all digits: the due time that is replaced. */
  dueAt: string;
}

/** Tasks that were due long ago, the earliest first. */
export const listLateTasks = statement(
  { late_seconds: 'float8', limit: 'integer' },
  ({ late_seconds, limit }) => `
  select id, kind, interval_seconds as "intervalSeconds", stretch, phase, loses_after_seconds as "losesAfterSeconds",
         (extract(epoch from coalesce(last_finished_at, created_at)) * 1000)::float8 as "lastRunMs",
         (extract(epoch from hookline_now()) * 1000)::float8 as "nowMs", due_at::text as "dueAt"
  from connection_tasks
  where paused_reason is null and not on_demand and due_at <= hookline_now() - make_interval(secs => ${late_seconds})
  order by due_at limit ${limit}`,
);
