import { SUMMARIZE } from './summarize.ts';

/** A subject and a plain text, for services that send e-mail. */
export const TEXT = String.raw`${SUMMARIZE}
function handler(webhook) {
  const { title, facts, url } = summarize(webhook);
  const lines = [title, '', ...facts.map(([name, value]) => name + ': ' + cut(value, 1000))];
  if (url) lines.push('', url);
  lines.push('', webhook.eventType + ', ' + webhook.payload.timestamp + ', ' + webhook.payload.id);
  // A subject is one line.
  webhook.payload = { subject: cut(title.replace(/\s+/g, ' ').trim(), 200), text: lines.join('\n') };
  return webhook;
}
`;
