import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface AppTaskCount {
  kind: string;
  name: string;
  tasks: number;
}

/** How many tasks an application has, of each kind and name, as far as the transaction may see them. */
export async function countAppTasks(transaction: Transaction, appId: string): Promise<AppTaskCount[]> {
  const { rows } = await transaction.execute(sql`
    select kind, name, count(*)::integer as tasks from connection_tasks where app_id = ${appId} group by kind, name`);
  return rows as unknown as AppTaskCount[];
}
