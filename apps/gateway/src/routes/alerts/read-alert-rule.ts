import {
  ALERT_RULE_DEFAULTS,
  AlertCondition,
  type InputOf,
  mergePatch,
  type operations,
} from '@hookline/contracts';
import { findProblems, invalidFields } from '@hookline/service';
import { ALERT_KINDS } from '../../alerts/kinds/alert-kinds.ts';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';
import type { AlertRuleSettings } from '../../sql/write-alert-rule.ts';

type NewRule = InputOf<typeof operations.createAlertRule, 'body'>;
type RuleChange = InputOf<typeof operations.updateAlertRule, 'body'>;
/** The settings of a rule without its channels. */
type Settings = Omit<AlertRuleSettings, 'channels' | 'sealedSecrets'>;

/** @param tenant null: a rule of the operators */
export function readNewRule(body: NewRule, tenant: string | null): Settings {
  return {
    name: body.name,
    active: body.active ?? true,
    ...conditionColumns(completeCondition(body.condition, undefined, tenant)),
    firesAfterSeconds: body.firesAfterSeconds ?? ALERT_RULE_DEFAULTS.firesAfterSeconds,
    recoversAfterSeconds: body.recoversAfterSeconds ?? ALERT_RULE_DEFAULTS.recoversAfterSeconds,
    noticesPerHour: body.notificationsPerHour ?? ALERT_RULE_DEFAULTS.notificationsPerHour,
  };
}

/** Merges a change with the stored rule. Null stands for the default. */
export function readRuleChange(body: RuleChange, stored: AlertRuleRow): Settings {
  for (const name of ['name', 'condition', 'channels'] as const) {
    if (body[name] === null) throw invalidFields({ path: `body/${name}`, message: 'must not be null' });
  }
  const or = <T>(given: T | null | undefined, preset: T, current: T): T =>
    given === undefined ? current : (given ?? preset);
  return {
    name: body.name ?? stored.name,
    active: or(body.active, true, stored.active),
    ...(body.condition
      ? conditionColumns(
          completeCondition(body.condition, stored.condition as AlertCondition, stored.tenantId),
        )
      : { kind: stored.kind, condition: stored.condition }),
    firesAfterSeconds: or(
      body.firesAfterSeconds,
      ALERT_RULE_DEFAULTS.firesAfterSeconds,
      stored.firesAfterSeconds,
    ),
    recoversAfterSeconds: or(
      body.recoversAfterSeconds,
      ALERT_RULE_DEFAULTS.recoversAfterSeconds,
      stored.recoversAfterSeconds,
    ),
    noticesPerHour: or(
      body.notificationsPerHour,
      ALERT_RULE_DEFAULTS.notificationsPerHour,
      stored.noticesPerHour,
    ),
  };
}

const conditionColumns = (condition: AlertCondition) => ({ kind: condition.type, condition });

/** A condition of another type keeps nothing of the stored one. */
function completeCondition(
  given: { type: AlertCondition['type'] },
  stored: AlertCondition | undefined,
  tenant: string | null,
): AlertCondition {
  const merged = mergePatch(given.type === stored?.type ? stored : undefined, given);
  const [first, ...others] = findProblems(AlertCondition, merged, 'body/condition');
  if (first) throw invalidFields(first, ...others);
  const kind = ALERT_KINDS[given.type];
  if (kind.isForOperators && tenant !== null) {
    throw invalidFields({
      path: 'body/condition/type',
      message: `must not be ${given.type}: only a rule of the operators may watch the installation`,
    });
  }
  return kind.complete(merged as AlertCondition);
}
