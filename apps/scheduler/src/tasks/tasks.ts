import { ID_PREFIX } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { createIdFactory } from '@hookline/service';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { countAppTasks } from '../sql/count-app-tasks.ts';
import { ensureTaskRows } from '../sql/ensure-tasks.ts';
import { pauseTaskRows, resumeTaskRows } from '../sql/pause-tasks.ts';
import { readHooklineTime } from '../sql/read-hookline-time.ts';
import { removeTaskRows } from '../sql/remove-tasks.ts';
import { requestTasks } from '../sql/request-tasks.ts';
import { phaseOfTask } from './grid.ts';
import type { TaskDefinition, TaskKindName } from './task.ts';

const nextTaskId = createIdFactory(ID_PREFIX.connectionTask);

/** A person waits for the effect of a resume; an application with many connections must not send a burst. */
const RESUME_WITHIN_SECONDS = 300;

/**
 * Creates the tasks that a connection lacks, due at once unless they say otherwise, and changes the others to what is wanted now. Their cursors
 * stay. Tasks that are not mentioned stay too.
 */
export async function ensureTasks(
  transaction: Transaction,
  connection: Pick<ConnectionFacts, 'id' | 'tenant' | 'appId'>,
  definitions: readonly TaskDefinition[],
): Promise<void> {
  if (definitions.length === 0) return;
  const now = await readHooklineTime(transaction);
  // Those that exist already keep their phase. Two transactions at once may use the same number.
  const numbers = new Map(
    (await countAppTasks(transaction, connection.appId)).map(({ kind, name, tasks }) => [
      `${kind} ${name}`,
      tasks,
    ]),
  );
  await ensureTaskRows(
    transaction,
    connection.id,
    definitions.map((task) => {
      const id = nextTaskId();
      const series = `${task.kind} ${task.name}`;
      const number = numbers.get(series) ?? 0;
      numbers.set(series, number + 1);
      const phase = phaseOfTask({ ...task, appId: connection.appId }, number);
      const waitMs = task.isDueAtOnce === false ? phase * task.intervalSeconds * 1_000 : 0;
      return {
        id,
        connection_id: connection.id,
        tenant_id: connection.tenant,
        app_id: connection.appId,
        kind: task.kind,
        name: task.name,
        resource: task.resource ?? '',
        resource_name: task.resourceName,
        interval_seconds: task.intervalSeconds,
        phase,
        loses_after_seconds: task.losesAfterSeconds,
        quota_keys: `{${(task.quotaKeys ?? []).map((key) => JSON.stringify(key)).join(',')}}`,
        quota_cost: task.quotaCost ?? 1,
        due_at: new Date(now.getTime() + waitMs).toISOString(),
        paused_reason: task.pausedReason,
        cursor: JSON.stringify(task.cursor ?? {}),
      };
    }),
  );
}

/** Forgets all tasks of a connection, with their cursors. */
export const removeTasks = (transaction: Transaction, connectionId: string): Promise<void> =>
  removeTaskRows(transaction, connectionId);

/** Lets all tasks of a connection rest. Their cursors stay. */
export const pauseTasks = (transaction: Transaction, connectionId: string, reason: string): Promise<void> =>
  pauseTaskRows(transaction, connectionId, reason);

/** Resumes the tasks that rest for that reason, where their cursors are. */
export const resumeTasks = (transaction: Transaction, connectionId: string, reason: string): Promise<void> =>
  resumeTaskRows(transaction, connectionId, reason, RESUME_WITHIN_SECONDS);

/**
 * Runs tasks of a connection as soon as a replica has room, with the reserve of the quotas.
 * @returns how many; paused tasks do not run
 */
export async function dueNow(
  database: Database,
  connectionId: string,
  kind: TaskKindName,
  which: { name?: string; resource?: string } = {},
): Promise<number> {
  const { rowCount } = await requestTasks.run(database, {
    connection_id: connectionId,
    kind,
    name: which.name,
    resource: which.resource,
  });
  return rowCount;
}
