import type { AlertMessage } from '../alert-message.ts';

/** An e-mail about an alert. */
export interface EmailText {
  subject: string;
  text: string;
}

export function emailText({ title, text, nextStep, link, subject, since }: AlertMessage): EmailText {
  const parts = [text];
  if (nextStep !== null) parts.push(`What to do: ${nextStep}`);
  if (link !== null) parts.push(link);
  const facts = [
    ...(subject.userId === null ? [] : [`Tenant: ${subject.userId}`]),
    ...(since === null ? [] : [`Since: ${since}`]),
  ];
  if (facts.length > 0) parts.push(facts.join('\n'));
  return { subject: title, text: `${parts.join('\n\n')}\n` };
}
