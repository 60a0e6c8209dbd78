import type { AlertType } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { alertRules } from '@hookline/db/gateway';
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { AlertRuleRow } from './alert-rule-row.ts';

/** Reads a page of the active rules of a kind, of all tenants and of the operators, in the order of their ids. */
export function readAlertRules(
  transaction: Transaction,
  kind: AlertType,
  after: string,
  limit: number,
): Promise<AlertRuleRow[]> {
  return transaction
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.kind, kind), alertRules.active, gt(alertRules.id, after)))
    .orderBy(asc(alertRules.id))
    .limit(limit);
}

/**
 * Locks rules against changes until the transaction ends.
 * @returns when each was last changed; a rule that was deleted or switched off is missing
 */
export async function lockActiveAlertRules(
  transaction: Transaction,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await transaction
    .select({ id: alertRules.id, updatedAt: alertRules.updatedAt })
    .from(alertRules)
    .where(and(inArray(alertRules.id, [...ids]), alertRules.active))
    .orderBy(asc(alertRules.id))
    .for('share');
  return new Map(rows.map(({ id, updatedAt }) => [id, updatedAt]));
}
