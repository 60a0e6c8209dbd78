import type {
  Alert,
  AlertChannelType,
  AlertNotification,
  AlertState,
  AlertSubjectType,
  AlertType,
  AlertValue,
} from '@hookline/contracts';
import { describeAlert, linkOf } from '../../alerts/notifications/alert-message.ts';
import type { AlertNotificationRow, AlertRow } from '../../sql/alert-row.ts';

const timeOf = (date: Date | null) => date?.toISOString() ?? null;

export function presentAlert(
  row: AlertRow,
  notifications: readonly AlertNotificationRow[],
  publicUrl: string | undefined,
): Alert {
  const facts = {
    type: row.kind as AlertType,
    subject: {
      type: row.subjectType as AlertSubjectType,
      id: row.subjectId,
      name: row.subjectName,
      userId: row.subjectTenant,
    },
    value: row.value as AlertValue,
  };
  return {
    id: row.id,
    userId: row.tenantId,
    ruleId: row.ruleId,
    ruleName: row.ruleName,
    ...facts,
    state: row.state as AlertState,
    ...describeAlert(facts),
    link: linkOf(publicUrl, row.id),
    since: row.since.toISOString(),
    firedAt: (row.firedAt ?? row.since).toISOString(),
    endedAt: timeOf(row.endedAt),
    flapping: row.flapping,
    acknowledgedAt: timeOf(row.acknowledgedAt),
    acknowledgedBy: row.acknowledgedBy,
    notifications: notifications.map(presentNotification),
  };
}

function presentNotification(row: AlertNotificationRow): AlertNotification {
  return {
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    channelType: row.channelType as AlertChannelType,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: timeOf(row.dueAt),
    responseStatus: row.responseStatus,
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    completedAt: timeOf(row.completedAt),
  };
}
