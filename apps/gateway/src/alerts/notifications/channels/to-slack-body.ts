import type { AlertMessage } from '../alert-message.ts';

/** In Slack's mrkdwn these three characters begin links and mentions. */
const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The body of an incoming webhook of Slack. `text` is for notifications of clients that show no blocks. */
export function toSlackBody({ title, text, nextStep, link }: AlertMessage): object {
  const lines = [`*${escapeMrkdwn(title)}*`, escapeMrkdwn(text)];
  if (nextStep !== null) lines.push(escapeMrkdwn(nextStep));
  if (link !== null) lines.push(`<${link}|Open the alert>`);
  return {
    text: escapeMrkdwn(`${title}: ${text}`),
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } }],
  };
}
