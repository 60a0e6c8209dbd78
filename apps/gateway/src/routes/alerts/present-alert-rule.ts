import type { AlertCondition, AlertRule } from '@hookline/contracts';
import type { OpenChannel, ShownChannel } from '../../alerts/rules/alert-channels.ts';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';

export const presentAlertRule = (row: AlertRuleRow): AlertRule => ({
  id: row.id,
  userId: row.tenantId,
  name: row.name,
  active: row.active,
  condition: row.condition as AlertCondition,
  channels: row.channels as ShownChannel[],
  firesAfterSeconds: row.firesAfterSeconds,
  recoversAfterSeconds: row.recoversAfterSeconds,
  notificationsPerHour: row.noticesPerHour,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A rule with the secrets of those webhooks that it did not have before: nobody is shown them again. */
export function presentWithNewSecrets(
  row: AlertRuleRow,
  channels: readonly OpenChannel[],
  before: readonly OpenChannel[],
): AlertRule {
  const known = new Set(before.flatMap((each) => (each.type === 'webhook' ? each.secret : [])));
  const fresh = new Map(
    channels.flatMap((each) =>
      each.type === 'webhook' && !known.has(each.secret) ? [[each.name, each.secret] as const] : [],
    ),
  );
  const rule = presentAlertRule(row);
  return {
    ...rule,
    channels: rule.channels.map((channel) => {
      const secret = fresh.get(channel.name);
      return secret === undefined ? channel : { ...channel, secret };
    }),
  };
}
