import type { AlertMessage, MessageKind } from '../alert-message.ts';

const COLORS: Readonly<Record<MessageKind, string>> = {
  firing: 'attention',
  flapping: 'warning',
  recovered: 'good',
  test: 'accent',
};

/** The body of a workflow of Microsoft Teams, "when a Teams webhook request is received": a message with an Adaptive Card. */
export function toTeamsBody({ kind, title, text, nextStep, link }: AlertMessage): object {
  const line = (content: string) => ({ type: 'TextBlock', text: escapeMarkdown(content), wrap: true });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { ...line(title), weight: 'bolder', size: 'medium', color: COLORS[kind] },
            line(text),
            ...(nextStep === null ? [] : [line(nextStep)]),
          ],
          ...(link === null
            ? {}
            : { actions: [{ type: 'Action.OpenUrl', title: 'Open the alert', url: link }] }),
        },
      },
    ],
  };
}

/** The markdown of a TextBlock knows emphasis, lists and links. */
const escapeMarkdown = (text: string): string => text.replace(/[\\*_[\]]/g, '\\$&');
