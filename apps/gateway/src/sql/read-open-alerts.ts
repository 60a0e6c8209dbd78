import type { Transaction } from '@hookline/db';
import { alerts } from '@hookline/db/gateway';
import { and, inArray } from 'drizzle-orm';
import type { AlertRow } from './alert-row.ts';

/** Reads the alerts of these rules that are pending or firing. */
export function readOpenAlerts(transaction: Transaction, ruleIds: readonly string[]): Promise<AlertRow[]> {
  if (ruleIds.length === 0) return Promise.resolve([]);
  return transaction
    .select()
    .from(alerts)
    .where(and(inArray(alerts.ruleId, [...ruleIds]), inArray(alerts.state, ['pending', 'firing'])));
}
