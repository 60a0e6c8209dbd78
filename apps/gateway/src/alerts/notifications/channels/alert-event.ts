import type { AlertMessage } from '../alert-message.ts';

/** The event that tells of an alert: its type and its payload. */
export function alertEventOf(message: AlertMessage): { type: string; data: object } {
  const { alertId, ruleId, ruleName, type, subject, value, since, firedAt, endedAt } = message;
  return {
    type: `hookline.alert.${message.kind}`,
    data: {
      alertId,
      ruleId,
      ruleName,
      type,
      state: message.kind,
      subject,
      value,
      since,
      firedAt,
      endedAt,
      text: message.text,
      nextStep: message.nextStep,
      link: message.link,
    },
  };
}
