import type { AlertNotificationKind, AlertSubject, AlertType, AlertValue } from '@hookline/contracts';
import { ALERT_KINDS } from '../kinds/alert-kinds.ts';

/** What is told: the change of an alert, or that a rule's channels are tried. */
export type MessageKind = AlertNotificationKind | 'test';

/** What a notification says, as it is stored with it. */
export interface AlertMessage {
  kind: MessageKind;
  /** null: a test. */
  alertId: string | null;
  ruleId: string;
  ruleName: string;
  type: AlertType;
  subject: AlertSubject;
  value: AlertValue;
  /** RFC 3339, like all times here. */
  since: string | null;
  firedAt: string | null;
  endedAt: string | null;
  /** When this was written. */
  at: string;
  /** A few words, such as the subject of an e-mail. */
  title: string;
  /** What is wrong or is right again, in one sentence. */
  text: string;
  nextStep: string | null;
  link: string | null;
}

/** The facts of an alert that its texts are made of. */
export interface AlertFacts {
  id: string;
  ruleId: string;
  ruleName: string;
  type: AlertType;
  subject: AlertSubject;
  value: AlertValue;
  since: string;
  firedAt: string;
  endedAt: string | null;
}

const STATE: Readonly<Record<MessageKind, string>> = {
  firing: 'Firing',
  recovered: 'Recovered',
  flapping: 'Flapping',
  test: 'Test',
};

/** The address of the alert in the API. null: the address of the installation is not configured. */
export const linkOf = (publicUrl: string | undefined, alertId: string): string | null =>
  publicUrl === undefined ? null : `${publicUrl}/api/alerts/${alertId}`;

/** The texts of an alert as the API shows it. */
export function describeAlert({ type, subject, value }: Pick<AlertFacts, 'type' | 'subject' | 'value'>): {
  summary: string;
  nextStep: string;
} {
  const { firing, nextStep } = ALERT_KINDS[type].describe(subject, value);
  return { summary: `${firing}.`, nextStep: `${nextStep}.` };
}

/** @param at RFC 3339 */
export function messageOf(
  kind: AlertNotificationKind,
  alert: AlertFacts,
  { at, publicUrl }: { at: string; publicUrl: string | undefined },
): AlertMessage {
  const { firing, recovered, nextStep } = ALERT_KINDS[alert.type].describe(alert.subject, alert.value);
  const { id, ...facts } = alert;
  return {
    kind,
    alertId: id,
    ...facts,
    at,
    title: `[${STATE[kind]}] ${alert.ruleName}`,
    text: textOf(kind, firing, recovered),
    nextStep: kind === 'recovered' ? null : `${nextStep}.`,
    link: linkOf(publicUrl, id),
  };
}

function textOf(kind: AlertNotificationKind, firing: string, recovered: string): string {
  if (kind === 'recovered') return `${recovered}.`;
  if (kind === 'firing') return `${firing}.`;
  return `${firing}. This alert fires again and again: the next message comes when it has been quiet for an hour.`;
}

/** The message of a test. */
export function testMessageOf(
  rule: { id: string; name: string; type: AlertType; userId: string | null },
  at: string,
): AlertMessage {
  return {
    kind: 'test',
    alertId: null,
    ruleId: rule.id,
    ruleName: rule.name,
    type: rule.type,
    subject: { type: 'tenant', id: rule.userId ?? 'installation', name: null, userId: rule.userId },
    value: {},
    since: null,
    firedAt: null,
    endedAt: null,
    at,
    title: `[${STATE.test}] ${rule.name}`,
    text: `This is a test of the alert rule "${rule.name}": nothing is wrong.`,
    nextStep: null,
    link: null,
  };
}
