import type { Transaction } from '@hookline/db';
import { alerts } from '@hookline/db/gateway';
import { and, eq, ne, sql } from 'drizzle-orm';
import type { AlertRow } from './alert-row.ts';

/** Notes who takes care of an alert; the first one stays. @returns undefined if there is no such alert */
export async function acknowledgeAlert(
  transaction: Transaction,
  id: string,
  by: string,
): Promise<AlertRow | undefined> {
  const [row] = await transaction
    .update(alerts)
    .set({
      acknowledgedAt: sql`coalesce(${alerts.acknowledgedAt}, now())`,
      acknowledgedBy: sql`coalesce(${alerts.acknowledgedBy}, ${by})`,
    })
    .where(and(eq(alerts.id, id), ne(alerts.state, 'pending')))
    .returning();
  return row;
}
