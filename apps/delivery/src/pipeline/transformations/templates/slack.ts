import { SUMMARIZE } from './summarize.ts';

/** Slack, incoming webhooks: a section takes 3,000 characters, and ten fields of 2,000. */
export const SLACK = String.raw`${SUMMARIZE}
// Slack reads & < > as its own: <!channel> would notify everybody.
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function handler(webhook) {
  const { title, facts, url } = summarize(webhook);
  const text = escape(cut(title, 500));
  const heading = url ? '<' + url.replace(/[<>|]/g, encodeURIComponent) + '|' + text + '>' : text;
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: cut('*' + heading + '*', 3000) } }];
  if (facts.length > 0) {
    blocks.push({
      type: 'section',
      fields: facts.slice(0, 10).map(([name, value]) => ({
        type: 'mrkdwn',
        text: '*' + escape(cut(name, 100)) + '*\n' + escape(cut(value, 300)),
      })),
    });
  }
  webhook.payload = { text, blocks };
  return webhook;
}
`;
