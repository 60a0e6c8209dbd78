import type { AlertMessage, MessageKind } from '../alert-message.ts';

const COLORS: Readonly<Record<MessageKind, number>> = {
  firing: 0xd32f2f,
  flapping: 0xf57c00,
  recovered: 0x388e3c,
  test: 0x1976d2,
};

/** Without this a text with `@everyone` in it would reach everyone. */
const NO_MENTIONS = { parse: [] };

/** Discord refuses a message with a longer one. */
const MAX_TITLE = 256;

/** The body of a webhook of a Discord channel. */
export function toDiscordBody({ kind, title, text, nextStep, link, at }: AlertMessage): object {
  return {
    allowed_mentions: NO_MENTIONS,
    embeds: [
      {
        title: escapeMarkdown(title).slice(0, MAX_TITLE).toWellFormed(),
        description: [text, nextStep]
          .flatMap((line) => (line === null ? [] : escapeMarkdown(line)))
          .join('\n'),
        ...(link === null ? {} : { url: link }),
        color: COLORS[kind],
        timestamp: at,
      },
    ],
  };
}

/** With brackets, a name could be a link that shows another address. */
const escapeMarkdown = (text: string): string => text.replace(/[\\*_~`|>[\]()<]/g, '\\$&');
