import type {
  AlertCondition,
  AlertSubject,
  AlertSubjectType,
  AlertType,
  AlertValue,
  SubjectPresence,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { AlertRow } from '../../sql/alert-row.ts';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';
import { holdAlertEvaluation } from '../../sql/claim-alert-evaluation.ts';
import { lockActiveAlertRules, readAlertRules } from '../../sql/read-alert-rules.ts';
import { readOpenAlerts } from '../../sql/read-open-alerts.ts';
import type { AlertKind, Fact } from '../kinds/alert-kind.ts';
import { ALERT_KINDS } from '../kinds/alert-kinds.ts';
import { applyChanges, type Change } from './apply-steps.ts';
import { askFacts, askPresence, type FactServices, type Facts } from './ask-facts.ts';
import { nextStep, type Sight } from './next-step.ts';

export interface Evaluation extends FactServices {
  database: Database;
  publicUrl: string | undefined;
  kind: AlertType;
  /** The claim of the kind. */
  leaseId: string;
  leaseMs: number;
  signal: AbortSignal;
}

/** Rules whose facts are read and whose alerts are written together. */
const RULES_AT_ONCE = 200;
/** A rule has no more alerts at a time: what breaks everything is told by these. */
export const MAX_OPEN_ALERTS = 100;

/** The subjects for which the condition of a rule holds, by their ids. */
type Holding = Map<string, { subject: AlertSubject; value: AlertValue }>;

/**
 * Checks all rules of a kind: one question to the owner of the facts for many rules, whatever the number of their subjects.
 * @returns how many notifications are to be sent
 * @throws if the owner does not answer: then nothing has changed
 */
export async function evaluateRules(evaluation: Evaluation): Promise<number> {
  const { database, kind } = evaluation;
  let notifications = 0;
  for (let after = ''; ; ) {
    const rules = await database.withSystem((tx) => readAlertRules(tx, kind, after, RULES_AT_ONCE));
    if (rules.length > 0) notifications += await evaluatePage(evaluation, rules);
    const last = rules.at(-1);
    if (!last || rules.length < RULES_AT_ONCE) return notifications;
    after = last.id;
  }
}

async function evaluatePage(evaluation: Evaluation, rules: readonly AlertRuleRow[]): Promise<number> {
  const { database, publicUrl, signal } = evaluation;
  const kind = ALERT_KINDS[evaluation.kind];
  const { ofTenants, ofAll } = await readFacts(evaluation, kind, rules);
  const byTenant = Map.groupBy(ofTenants?.facts ?? [], ({ tenant }) => tenant);
  const bySubject = { ofTenants: mapBySubject(ofTenants), ofAll: mapBySubject(ofAll) };
  const isComplete = ({ tenantId }: AlertRuleRow) =>
    (tenantId === null ? ofAll : ofTenants)?.isComplete === true;
  /** Something is still told of the subject, but the rule looks at it no more. */
  const isLetGo = ({ tenantId, condition }: AlertRuleRow, subjectId: string) =>
    bySubject[tenantId === null ? 'ofAll' : 'ofTenants']
      .get(subjectId)
      ?.covers(kind.complete(condition as AlertCondition)) === false;
  const holdings = new Map(
    rules.map((rule) => {
      const facts = rule.tenantId === null ? ofAll?.facts : byTenant.get(rule.tenantId);
      return [rule.id, holdingOf(kind, rule, facts ?? [])];
    }),
  );
  const presence = await askPresence(
    evaluation,
    kind,
    kind.presence ? await listMissing(database, holdings) : [],
    signal,
  );

  return database.withSystem(async (transaction) => {
    const nowMs = await holdAlertEvaluation(transaction, evaluation);
    if (nowMs === undefined) throw new Error('another replica has taken over the evaluation');
    const current = await lockActiveAlertRules(
      transaction,
      rules.map(({ id }) => id),
    );
    // A rule that was changed meanwhile is checked the next time, with facts for its new condition.
    const same = rules.filter(({ id, updatedAt }) => current.get(id)?.getTime() === updatedAt.getTime());
    const open = await readOpenAlerts(
      transaction,
      same.map(({ id }) => id),
    );
    const alertsOf = Map.groupBy(open, ({ ruleId }) => ruleId);
    const changes = same.flatMap((rule) =>
      changesOf({
        rule,
        alerts: alertsOf.get(rule.id) ?? [],
        holding: holdings.get(rule.id) ?? new Map(),
        sightOfMissing: (id) => {
          if (isLetGo(rule, id)) return 'gone';
          return isComplete(rule) ? sightOf(kind, presence.get(id)) : 'unknown';
        },
        nowMs,
      }),
    );
    return applyChanges(transaction, changes, { nowMs, publicUrl });
  });
}

const mapBySubject = (told: Facts | undefined): ReadonlyMap<string, Fact> =>
  new Map(told?.facts.map((fact) => [fact.subject.id, fact]));

/** The facts for the rules of tenants, and for those of the operators. */
async function readFacts(
  evaluation: Evaluation,
  kind: AlertKind,
  rules: readonly AlertRuleRow[],
): Promise<{ ofTenants: Facts | undefined; ofAll: Facts | undefined }> {
  const conditionsOf = (some: readonly AlertRuleRow[]) =>
    some.map(({ condition }) => condition as AlertCondition);
  const own = rules.filter(({ tenantId }) => tenantId !== null);
  const operators = rules.filter(({ tenantId }) => tenantId === null);
  const tenants = [...new Set(own.flatMap(({ tenantId }) => tenantId ?? []))];
  return {
    ofTenants:
      own.length === 0
        ? undefined
        : await askFacts(evaluation, kind, tenants, conditionsOf(own), evaluation.signal),
    ofAll:
      operators.length === 0
        ? undefined
        : await askFacts(evaluation, kind, null, conditionsOf(operators), evaluation.signal),
  };
}

function holdingOf(kind: AlertKind, rule: AlertRuleRow, facts: readonly Fact[]): Holding {
  const condition = kind.complete(rule.condition as AlertCondition);
  const holding: Holding = new Map();
  for (const { subject, covers, measure } of facts) {
    const value = covers(condition) ? measure(condition) : undefined;
    if (value) holding.set(subject.id, { subject, value });
  }
  return holding;
}

/** The subjects that are firing although their condition does not hold now. */
async function listMissing(database: Database, holdings: ReadonlyMap<string, Holding>): Promise<string[]> {
  const open = await database.withSystem((tx) => readOpenAlerts(tx, [...holdings.keys()]));
  const missing = open.filter(
    ({ ruleId, subjectId, state }) => state === 'firing' && !holdings.get(ruleId)?.has(subjectId),
  );
  return [...new Set(missing.map(({ subjectId }) => subjectId))];
}

function sightOf(kind: AlertKind, state: SubjectPresence['state'] | undefined): Sight {
  if (!kind.presence || state === 'active') return 'clear';
  // Hookline has switched it off because it fails: that is no end of the failure.
  if (state === undefined || state === 'disabled') return 'unknown';
  return 'gone';
}

interface RuleState {
  rule: AlertRuleRow;
  /** Its open alerts. */
  alerts: readonly AlertRow[];
  holding: Holding;
  sightOfMissing: (subjectId: string) => Sight;
  nowMs: number;
}

function changesOf({ rule, alerts, holding, sightOfMissing, nowMs }: RuleState): Change[] {
  const known = new Map(alerts.map((alert) => [alert.subjectId, alert]));
  const changes: Change[] = [];
  let room = MAX_OPEN_ALERTS - known.size;
  for (const [id, { subject, value }] of holding) {
    const alert = known.get(id);
    if (!alert && room-- <= 0) continue;
    const step = stepOf(rule, alert, 'holds', nowMs);
    if (step !== 'none' && !(step === 'keep' && isSame(alert, value)))
      changes.push({ rule, step, alert, subject, value });
  }
  for (const alert of alerts) {
    if (holding.has(alert.subjectId)) continue;
    // Of an alert that is pending nobody was told.
    const sight = alert.state === 'pending' ? 'clear' : sightOfMissing(alert.subjectId);
    const step = stepOf(rule, alert, sight, nowMs);
    if (step !== 'none')
      changes.push({ rule, step, alert, subject: subjectOf(alert), value: alert.value as AlertValue });
  }
  return changes;
}

function stepOf(rule: AlertRuleRow, alert: AlertRow | undefined, sight: Sight, nowMs: number) {
  const open = alert && {
    state: alert.state === 'pending' ? ('pending' as const) : ('firing' as const),
    sinceMs: alert.since.getTime(),
    clearSinceMs: alert.clearSince?.getTime() ?? null,
    flapping: alert.flapping,
  };
  return nextStep(open, sight, rule, nowMs);
}

/** Whether nothing of an alert that stays has changed. */
const isSame = (alert: AlertRow | undefined, value: AlertValue) =>
  alert?.clearSince === null && JSON.stringify(sorted(alert.value)) === JSON.stringify(sorted(value));

/** jsonb has an order of its own. */
const sorted = (value: unknown) =>
  Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const subjectOf = (alert: AlertRow): AlertSubject => ({
  type: alert.subjectType as AlertSubjectType,
  id: alert.subjectId,
  name: alert.subjectName,
  userId: alert.subjectTenant,
});
