import {
  type AlertNotificationKind,
  type AlertSubject,
  type AlertType,
  type AlertValue,
  ID_PREFIX,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { createIdFactory } from '@hookline/service';
import type { AlertRow } from '../../sql/alert-row.ts';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';
import { countRecentNotices, subjectKey } from '../../sql/count-recent-notices.ts';
import {
  dropAlerts,
  insertNotifications,
  type NewNotification,
  type StoredAlert,
  writeAlerts,
} from '../../sql/write-alerts.ts';
import { messageOf } from '../notifications/alert-message.ts';
import type { ShownChannel } from '../rules/alert-channels.ts';
import type { Step } from './next-step.ts';

/** A change of the alert of a rule and a subject. */
export interface Change {
  rule: AlertRuleRow;
  step: Exclude<Step, 'none'>;
  /** undefined: there is no alert yet. */
  alert: AlertRow | undefined;
  subject: AlertSubject;
  /** What was measured last. */
  value: AlertValue;
}

const nextAlertId = createIdFactory(ID_PREFIX.alert);
const nextNotificationId = createIdFactory(ID_PREFIX.alertNotification);

/**
 * Writes the changes of alerts, and in the same transaction what is to be sent about them: a process that ends afterwards
 * loses no message.
 * @param nowMs by the database's clock
 * @returns how many notifications are to be sent
 */
export async function applyChanges(
  transaction: Transaction,
  changes: readonly Change[],
  { nowMs, publicUrl }: { nowMs: number; publicUrl: string | undefined },
): Promise<number> {
  const now = new Date(nowMs).toISOString();
  const firing = changes.filter(({ step }) => step === 'fire');
  const notices = await countRecentNotices(
    transaction,
    firing.map(({ rule, subject }) => ({ ruleId: rule.id, subjectId: subject.id })),
  );
  /** There must be room for the message that it has recovered, too. */
  const isFlapping = ({ rule, subject }: Change) =>
    (notices.get(subjectKey(rule.id, subject.id)) ?? 0) + 2 > rule.noticesPerHour;

  const rows: StoredAlert[] = [];
  const dropped: string[] = [];
  const notifications: NewNotification[] = [];
  for (const change of changes) {
    const { rule, step, alert } = change;
    if (step === 'drop') {
      if (alert) dropped.push(alert.id);
      continue;
    }
    const flapping = step === 'fire' ? isFlapping(change) : (alert?.flapping ?? false);
    const row = rowAfter(change, now, flapping);
    rows.push(row);
    const kind = noticeOf(step, flapping);
    if (kind === undefined) continue;
    const message = messageOf(
      kind,
      {
        id: row.id,
        ruleId: rule.id,
        ruleName: rule.name,
        type: rule.kind as AlertType,
        subject: change.subject,
        value: change.value,
        since: row.since,
        firedAt: row.fired_at ?? now,
        endedAt: row.ended_at ?? null,
      },
      { at: now, publicUrl },
    );
    const text = JSON.stringify(message);
    for (const channel of rule.channels as ShownChannel[]) {
      notifications.push({
        id: nextNotificationId(),
        tenant_id: rule.tenantId,
        rule_id: rule.id,
        alert_id: row.id,
        kind,
        channel: channel.name,
        channel_type: channel.type,
        message: text,
      });
    }
  }
  await dropAlerts(transaction, dropped);
  await writeAlerts(transaction, rows);
  await insertNotifications(transaction, notifications);
  return notifications.length;
}

function noticeOf(step: Step, flapping: boolean): AlertNotificationKind | undefined {
  if (step === 'recover') return 'recovered';
  if (step !== 'fire') return undefined;
  return flapping ? 'flapping' : 'firing';
}

const STATES = {
  begin: 'pending',
  fire: 'firing',
  clear: 'firing',
  recover: 'recovered',
  end: 'ended',
} as const;

/** @param now RFC 3339 */
function rowAfter(
  { rule, step, alert, subject, value }: Change,
  now: string,
  flapping: boolean,
): StoredAlert {
  const state = step === 'keep' || step === 'drop' ? (alert?.state ?? 'pending') : STATES[step];
  const isOver = step === 'recover' || step === 'end';
  return {
    id: alert?.id ?? nextAlertId(),
    tenant_id: rule.tenantId,
    rule_id: rule.id,
    rule_name: rule.name,
    kind: rule.kind,
    state,
    subject_type: subject.type,
    subject_id: subject.id,
    subject_name: subject.name,
    subject_tenant: subject.userId,
    value: JSON.stringify(value),
    since: alert?.since.toISOString() ?? now,
    fired_at: step === 'fire' ? now : alert?.firedAt?.toISOString(),
    clear_since: step === 'clear' ? now : isOver ? alert?.clearSince?.toISOString() : undefined,
    ended_at: isOver ? now : undefined,
    flapping,
  };
}
