import type { AlertChannelType, ShownAlertChannel } from '@hookline/contracts';

/** A channel as it is stored and shown: with `[redacted]` in place of its secrets. */
export type ShownChannel = Omit<ShownAlertChannel, 'secret'>;

/** What is sealed of a channel. */
interface ChannelSecret {
  url?: string;
  headers?: Record<string, string>;
  /** Signs the requests of a webhook. */
  secret?: string;
}

/** The sealed part of all channels of a rule, by their names. */
export type ChannelSecrets = Record<string, ChannelSecret>;

interface Named<Type extends AlertChannelType> {
  type: Type;
  name: string;
}
export type EventChannel = Named<'event'>;
export type EmailChannel = Named<'email'> & { to: string[] };
export type ChatChannel = Named<'slack' | 'discord' | 'teams'> & { url: string };
export type WebhookChannel = Named<'webhook'> & {
  url: string;
  headers: Record<string, string>;
  secret: string;
};
export type HttpChannel = Named<'http'> & {
  method: 'POST' | 'GET';
  url: string;
  headers: Record<string, string>;
  body: string;
};

/** A channel with its secrets. */
export type OpenChannel = EventChannel | EmailChannel | ChatChannel | WebhookChannel | HttpChannel;

export const REDACTED = '[redacted]';

/** The URL without what may be a secret in it: everything after its origin. */
export function maskChannelUrl(href: string): string {
  const { origin, pathname, search } = new URL(href);
  return pathname === '/' && search === '' ? href : `${origin}/${REDACTED}`;
}

const redacted = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, REDACTED]));

export function toShownChannel(channel: OpenChannel): ShownChannel {
  const { type, name } = channel;
  switch (channel.type) {
    case 'event':
      return { type, name };
    case 'email':
      return { type, name, to: channel.to };
    case 'slack':
    case 'discord':
    case 'teams':
      return { type, name, url: maskChannelUrl(channel.url) };
    case 'webhook':
      return { type, name, url: maskChannelUrl(channel.url), headers: redacted(channel.headers) };
    case 'http': {
      const { method, url, headers, body } = channel;
      return { type, name, method, url: maskChannelUrl(url), headers: shownHttpHeaders(headers), body };
    }
  }
}

/** The type of the body decides how its placeholders are escaped, and is no secret. */
const shownHttpHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.toLowerCase() === 'content-type' ? value : REDACTED,
    ]),
  );

export function toChannelSecrets(channels: readonly OpenChannel[]): ChannelSecrets {
  const secrets: ChannelSecrets = Object.create(null) as ChannelSecrets;
  for (const channel of channels) {
    const { name } = channel;
    if (channel.type === 'event' || channel.type === 'email') continue;
    const { url } = channel;
    if (channel.type === 'webhook') secrets[name] = { url, headers: channel.headers, secret: channel.secret };
    else if (channel.type === 'http') secrets[name] = { url, headers: channel.headers };
    else secrets[name] = { url };
  }
  return secrets;
}

/** Puts the two parts of a stored channel together. */
export function openChannel(shown: ShownChannel, secrets: ChannelSecrets): OpenChannel {
  const { type, name } = shown;
  const { url = '', headers = {}, secret = '' } = secrets[name] ?? {};
  switch (type) {
    case 'event':
      return { type, name };
    case 'email':
      return { type, name, to: shown.to ?? [] };
    case 'slack':
    case 'discord':
    case 'teams':
      return { type, name, url };
    case 'webhook':
      return { type, name, url, headers, secret };
    case 'http':
      return { type, name, method: shown.method ?? 'POST', url, headers, body: shown.body ?? '' };
  }
}
