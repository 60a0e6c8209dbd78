import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenChannel } from '../rules/alert-channels.ts';
import type { AlertMessage } from './alert-message.ts';
import { channelRequest } from './channels/channel-request.ts';
import { createHideSecrets } from './channels/hide-secrets.ts';
import type { EmailSender } from './email-sender.ts';
import type { EventSender } from './event-sender.ts';
import { failed, hung, type Outcome } from './outcome.ts';
import type { RequestSender } from './request-sender.ts';

/** Tells a channel of a message. Never rejects, and takes no longer than `SEND_WITHIN_MS`. */
export type SendToChannel = (
  channel: OpenChannel,
  message: AlertMessage,
  notification: { id: string; tenant: string | null },
) => Promise<Outcome>;

/** The limits of a single request are shorter. An SMTP server may take many small steps. */
export const SEND_WITHIN_MS = 25_000;

export interface ChannelSenders {
  events: EventSender;
  requests: RequestSender;
  /** undefined: the installation has no SMTP server. */
  email: EmailSender | undefined;
}

export function createSendToChannel({ events, requests, email }: ChannelSenders): SendToChannel {
  const tell: SendToChannel = async (channel, message, { id, tenant }) => {
    switch (channel.type) {
      case 'event':
        return events.send(message, id, tenant);
      case 'email':
        return email
          ? email.send(channel, message, id)
          : failed('This installation has no SMTP server (SMTP_URL)');
      default: {
        const timestampSeconds = Math.floor(Date.now() / 1_000);
        try {
          const request = channelRequest(channel, message, { id, timestampSeconds });
          return await requests.send(request, createHideSecrets(channel, request.url));
        } catch (error) {
          const hide = createHideSecrets(channel);
          return failed(hide(`The request could not be made: ${(error as Error).message}`));
        }
      }
    }
  };

  return (...call) => within(tell(...call));
}

async function within(telling: Promise<Outcome>): Promise<Outcome> {
  const told = new AbortController();
  const tooLate = hung(`No answer came within ${SEND_WITHIN_MS / 1_000} s`);
  try {
    return await Promise.race([telling, sleep(SEND_WITHIN_MS, tooLate, { signal: told.signal })]);
  } finally {
    told.abort();
  }
}
