import { signWebhook } from '@hookline/signing';
import type { ChatChannel, HttpChannel, WebhookChannel } from '../../rules/alert-channels.ts';
import type { AlertMessage } from '../alert-message.ts';
import { alertEventOf } from './alert-event.ts';
import { fillTemplate } from './fill-template.ts';
import { toDiscordBody } from './to-discord-body.ts';
import { toSlackBody } from './to-slack-body.ts';
import { toTeamsBody } from './to-teams-body.ts';

/** A request to a channel. */
export interface ChannelRequest {
  method: 'POST' | 'GET';
  url: string;
  headers: Record<string, string>;
  /** undefined: no body. */
  body: string | undefined;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const CHAT_BODIES = { slack: toSlackBody, discord: toDiscordBody, teams: toTeamsBody };

/**
 * The request by which a channel is told.
 * @param id of the notification: the same for every attempt
 * @param timestampSeconds Unix time of this attempt
 */
export function channelRequest(
  channel: ChatChannel | WebhookChannel | HttpChannel,
  message: AlertMessage,
  { id, timestampSeconds }: { id: string; timestampSeconds: number },
): ChannelRequest {
  switch (channel.type) {
    case 'slack':
    case 'discord':
    case 'teams':
      return {
        method: 'POST',
        url: channel.url,
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify(CHAT_BODIES[channel.type](message)),
      };
    case 'webhook': {
      const { type, data } = alertEventOf(message);
      const body = JSON.stringify({ id, type, timestamp: message.at, data });
      const signature = signWebhook({
        id,
        type,
        timestampSeconds,
        secrets: [channel.secret],
        body: [Buffer.from(body)],
      });
      return {
        method: 'POST',
        url: channel.url,
        headers: { ...channel.headers, 'content-type': JSON_TYPE, ...signature },
        body,
      };
    }
    case 'http': {
      const { url, contentType, body } = fillTemplate(channel, message);
      return channel.method === 'GET'
        ? { method: 'GET', url, headers: channel.headers, body: undefined }
        : { method: 'POST', url, headers: withContentType(channel.headers, contentType), body };
    }
  }
}

const withContentType = (headers: Readonly<Record<string, string>>, contentType: string) => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type')),
  'content-type': contentType,
});
