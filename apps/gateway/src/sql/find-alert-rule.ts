import type { Transaction } from '@hookline/db';
import { alertRules } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';
import type { AlertRuleRow } from './alert-rule-row.ts';

/** An alert rule, among those that the transaction may see. */
export async function findAlertRule(
  transaction: Transaction,
  id: string,
  lock?: 'for update',
): Promise<AlertRuleRow | undefined> {
  const query = transaction.select().from(alertRules).where(eq(alertRules.id, id));
  const [row] = await (lock ? query.for('update') : query);
  return row;
}
