import type { Transaction } from '@hookline/db';
import { alerts } from '@hookline/db/gateway';
import { and, eq, sql } from 'drizzle-orm';

/** Ends the open alerts of a rule that was deleted or switched off. Of those that were pending nobody was told. */
export async function endAlerts(transaction: Transaction, ruleId: string): Promise<void> {
  await transaction.delete(alerts).where(and(eq(alerts.ruleId, ruleId), eq(alerts.state, 'pending')));
  await transaction
    .update(alerts)
    .set({ state: 'ended', endedAt: sql`clock_timestamp()` })
    .where(and(eq(alerts.ruleId, ruleId), eq(alerts.state, 'firing')));
}
