import type { AlertState } from '@hookline/contracts';
import { countUpTo, type Transaction } from '@hookline/db';
import { alertNotifications, alerts } from '@hookline/db/gateway';
import type { RowRange } from '@hookline/service';
import { and, asc, desc, eq, inArray, lt, ne } from 'drizzle-orm';
import type { AlertNotificationRow, AlertRow } from './alert-row.ts';

export interface AlertFilter {
  /** undefined: the alerts of all tenants and of the operators. */
  tenant: string | undefined;
  state: AlertState | undefined;
  ruleId: string | undefined;
}

/** Lists alerts that have fired, newest first. */
export function listAlerts(
  transaction: Transaction,
  filter: AlertFilter,
  { after, offset, limit }: RowRange,
): Promise<AlertRow[]> {
  return transaction
    .select()
    .from(alerts)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(alerts.id, after)))
    .orderBy(desc(alerts.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the alerts of the list, but no more than `limit`. */
export function countAlerts(transaction: Transaction, filter: AlertFilter, limit: number): Promise<number> {
  return countUpTo(transaction, alerts, conditionsOf(filter), limit);
}

/** An alert that has fired, among those that the transaction may see. */
export async function findAlert(transaction: Transaction, id: string): Promise<AlertRow | undefined> {
  const [row] = await transaction
    .select()
    .from(alerts)
    .where(and(eq(alerts.id, id), ne(alerts.state, 'pending')));
  return row;
}

/** The notifications of alerts, oldest first, by the alert. */
export async function listNotifications(
  transaction: Transaction,
  alertIds: readonly string[],
): Promise<Map<string, AlertNotificationRow[]>> {
  if (alertIds.length === 0) return new Map();
  const rows = await transaction
    .select()
    .from(alertNotifications)
    .where(inArray(alertNotifications.alertId, [...alertIds]))
    .orderBy(asc(alertNotifications.id));
  return Map.groupBy(rows, ({ alertId }) => alertId);
}

const conditionsOf = ({ tenant, state, ruleId }: AlertFilter) =>
  and(
    ne(alerts.state, 'pending'),
    tenant === undefined ? undefined : eq(alerts.tenantId, tenant),
    state === undefined ? undefined : eq(alerts.state, state),
    ruleId === undefined ? undefined : eq(alerts.ruleId, ruleId),
  );
