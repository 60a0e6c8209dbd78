import { SUMMARIZE } from './summarize.ts';

/** Discord: content 2,000 characters, a field's name 256 and value 1,024, an embed 6,000 together. */
export const DISCORD = String.raw`${SUMMARIZE}
// What Discord would read as formatting.
const escape = (text) => text.replace(/[\\*_~${'`'}|<>#\[\]()]/g, '\\$&');

function handler(webhook) {
  const { title, facts, url } = summarize(webhook);
  const embed = { title: cut(webhook.eventType, 256), timestamp: webhook.payload.timestamp };
  if (url) embed.url = url;
  embed.fields = facts.slice(0, 10).map(([name, value]) => ({
    name: cut(escape(cut(name, 100)), 200),
    value: cut(escape(cut(value, 300)), 350),
    inline: value.length < 40,
  }));
  webhook.payload = {
    content: cut(escape(cut(title, 800)), 2000),
    embeds: [embed],
    // Nobody is notified, whatever the event says.
    allowed_mentions: { parse: [] },
  };
  return webhook;
}
`;
