import type { Transaction } from '@hookline/db';
import { alertRules } from '@hookline/db/gateway';
import { eq, sql } from 'drizzle-orm';
import type { AlertRuleRow } from './alert-rule-row.ts';

export type AlertRuleSettings = Omit<AlertRuleRow, 'id' | 'tenantId' | 'createdAt' | 'updatedAt'>;

export async function insertAlertRule(
  transaction: Transaction,
  rule: AlertRuleSettings & Pick<AlertRuleRow, 'id' | 'tenantId'>,
): Promise<AlertRuleRow> {
  const [row] = await transaction.insert(alertRules).values(rule).returning();
  if (!row) throw new Error('the alert rule was not inserted');
  return row;
}

/** Each change has a time of its own: an evaluation that read the rule before sees that it was changed. */
export async function updateAlertRule(
  transaction: Transaction,
  id: string,
  settings: AlertRuleSettings,
): Promise<AlertRuleRow> {
  const [row] = await transaction
    .update(alertRules)
    .set({
      ...settings,
      updatedAt: sql`greatest(clock_timestamp(), ${alertRules.updatedAt} + interval '1 millisecond')`,
    })
    .where(eq(alertRules.id, id))
    .returning();
  if (!row) throw new Error('the alert rule was not updated');
  return row;
}

export async function deleteAlertRule(transaction: Transaction, id: string): Promise<void> {
  await transaction.delete(alertRules).where(eq(alertRules.id, id));
}
