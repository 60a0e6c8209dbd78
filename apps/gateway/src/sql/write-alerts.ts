import { type RowOf, rowSet, type Transaction } from '@hookline/db';
import { alerts } from '@hookline/db/gateway';
import { and, eq, inArray, sql } from 'drizzle-orm';

const ALERT = rowSet({
  id: 'text',
  tenant_id: 'text?',
  rule_id: 'text',
  rule_name: 'text',
  kind: 'text',
  state: 'text',
  subject_type: 'text',
  subject_id: 'text',
  subject_name: 'text?',
  subject_tenant: 'text?',
  value: 'jsonb',
  since: 'timestamptz',
  fired_at: 'timestamptz?',
  clear_since: 'timestamptz?',
  ended_at: 'timestamptz?',
  flapping: 'boolean',
});
/** An alert as it is stored. */
export type StoredAlert = RowOf<typeof ALERT>;

/** Inserts alerts, or replaces what an evaluation changes of them. */
export async function writeAlerts(transaction: Transaction, rows: readonly StoredAlert[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.execute(sql`
    insert into alerts as a (${sql.raw(ALERT.columns())})
    select ${sql.raw(ALERT.columns('r'))} from ${ALERT.unnestRows(rows, 'r')}
    on conflict (id) do update
    set state = excluded.state, rule_name = excluded.rule_name, subject_name = excluded.subject_name,
        value = excluded.value, fired_at = excluded.fired_at, clear_since = excluded.clear_since,
        ended_at = excluded.ended_at, flapping = excluded.flapping`);
}

/** Removes alerts that were pending, and of which nobody was told. */
export async function dropAlerts(transaction: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await transaction.delete(alerts).where(and(inArray(alerts.id, [...ids]), eq(alerts.state, 'pending')));
}

const NOTIFICATION = rowSet({
  id: 'text',
  tenant_id: 'text?',
  rule_id: 'text',
  alert_id: 'text',
  kind: 'text',
  channel: 'text',
  channel_type: 'text',
  message: 'jsonb',
});
export type NewNotification = RowOf<typeof NOTIFICATION>;

export async function insertNotifications(
  transaction: Transaction,
  rows: readonly NewNotification[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.execute(sql`
    insert into alert_notifications (${sql.raw(NOTIFICATION.columns())})
    select ${sql.raw(NOTIFICATION.columns('r'))} from ${NOTIFICATION.unnestRows(rows, 'r')}`);
}
