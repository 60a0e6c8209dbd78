import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';
import { findAlertRule } from '../../sql/find-alert-rule.ts';

/**
 * An alert rule, among those that the transaction may see. A tenant's transaction sees none of another tenant, and none of
 * the operators.
 * @throws ApiError `not_found`
 */
export async function requireAlertRule(
  transaction: Transaction,
  id: string,
  lock?: 'for update',
): Promise<AlertRuleRow> {
  const row = await findAlertRule(transaction, id, lock);
  if (!row) throw new ApiError('not_found', { message: 'There is no such alert rule' });
  return row;
}
