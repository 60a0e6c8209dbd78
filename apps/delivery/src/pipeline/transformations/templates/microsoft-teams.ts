import { SUMMARIZE } from './summarize.ts';

/** Microsoft Teams, a workflow that starts "when a Teams webhook request is received": a message of 28 KB at most. */
export const MICROSOFT_TEAMS = String.raw`${SUMMARIZE}
// What an Adaptive Card would read as formatting.
const escape = (text) => text.replace(/[\\*_${'`'}\[\]<>]/g, '\\$&');

function handler(webhook) {
  const { title, facts, url } = summarize(webhook);
  const body = [
    { type: 'TextBlock', size: 'Medium', weight: 'Bolder', wrap: true, text: escape(cut(title, 500)) },
  ];
  if (facts.length > 0) {
    body.push({
      type: 'FactSet',
      facts: facts.slice(0, 10).map(([name, value]) => ({
        title: escape(cut(name, 100)),
        value: escape(cut(value, 500)),
      })),
    });
  }
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
  };
  if (url) content.actions = [{ type: 'Action.OpenUrl', title: 'Open', url }];
  webhook.payload = {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content },
    ],
  };
  return webhook;
}
`;
