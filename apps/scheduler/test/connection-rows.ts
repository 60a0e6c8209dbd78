import type { Harness } from './harness.ts';

export interface TestTask {
  connection?: string;
  tenant?: string;
  app?: string;
  kind?: string;
  name?: string;
  resource?: string;
  intervalSeconds?: number;
  phase?: number;
  /** Relative to the database's time; negative: in the past. */
  dueInSeconds?: number;
  losesAfterSeconds?: number;
  pausedReason?: string;
  quotaKeys?: string[];
}

let created = 0;

/** Inserts tasks as the owner, whatever the rules of the scheduler say. @returns their ids */
export async function insertTasks({ asOwner }: Harness, tasks: readonly TestTask[]): Promise<string[]> {
  const rows = tasks.map((task) => {
    const number = ++created;
    return {
      id: `tsk_${String(number).padStart(9, '0')}`,
      connection_id: task.connection ?? `con_${number}`,
      tenant_id: task.tenant ?? 'acme',
      app_id: task.app ?? 'oap_1',
      kind: task.kind ?? 'poll',
      name: task.name ?? 'test',
      resource: task.resource ?? '',
      interval_seconds: task.intervalSeconds ?? 3_600,
      phase: task.phase ?? 0.5,
      due_in: task.dueInSeconds ?? -1,
      loses_after_seconds: task.losesAfterSeconds ?? null,
      paused_reason: task.pausedReason ?? null,
      quota_keys: task.quotaKeys ?? [],
    };
  });
  await asOwner(
    `insert into connection_tasks (id, connection_id, tenant_id, app_id, kind, name, resource, interval_seconds, phase,
       due_at, loses_after_seconds, paused_reason, quota_keys)
     select id, connection_id, tenant_id, app_id, kind, name, resource, interval_seconds, phase,
       hookline_now() + make_interval(secs => due_in), loses_after_seconds, paused_reason,
       array(select jsonb_array_elements_text(quota_keys))
     from jsonb_to_recordset($1) as t(id text, connection_id text, tenant_id text, app_id text, kind text, name text,
       resource text, interval_seconds integer, phase float8, due_in float8, loses_after_seconds integer,
       paused_reason text, quota_keys jsonb)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}

export interface StoredTask {
  id: string;
  due_in: number;
  lease_id: string | null;
  cursor: Record<string, unknown>;
  version: string;
  last_outcome: string | null;
  last_error: string | null;
  paused_reason: string | null;
  failures: number;
  done: number;
  interval_seconds: number;
  on_demand: boolean;
  stretch: number;
}

export function readTasks({ asOwner }: Harness, where = 'true'): Promise<StoredTask[]> {
  return asOwner<StoredTask>(
    `select *, extract(epoch from due_at - hookline_now())::float8 as due_in from connection_tasks where ${where} order by id`,
  );
}

/** Moves the time of the whole database, for connections that are opened afterwards. */
export async function shiftClock({ asOwner }: Harness, offset: string): Promise<void> {
  const [row] = await asOwner<{ name: string }>('select current_database() as name');
  await asOwner(`alter database "${row?.name}" set hookline.clock_offset = '${offset}'`);
}
