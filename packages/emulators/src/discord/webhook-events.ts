import { generateKeyPairSync, sign } from 'node:crypto';
import type { PushContext } from '../core/emulator.ts';
import type { PushResult } from '../core/send-push.ts';
import type { DiscordAccount, DiscordApplication, WebhookKeys } from './state.ts';

export function createWebhookKeys(): WebhookKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex'),
    sign: (message) => sign(null, message, privateKey).toString('hex'),
  };
}

/** A ping, or an event about a person. Undefined if the application has no address for events. */
export async function pushWebhookEvent(
  { clock, send }: PushContext,
  application: DiscordApplication,
  event?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> },
): Promise<PushResult | undefined> {
  if (application.webhookUrl === undefined) return undefined;
  // The machine's time: a receiver compares it with its own clock, which does not follow the emulated one.
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = JSON.stringify({
    version: 1,
    application_id: application.applicationId,
    type: event === undefined ? 0 : 1,
    ...(event !== undefined && {
      event: {
        type: event.type,
        // Times of events have no zone.
        timestamp: new Date(clock.nowMs()).toISOString().replace('Z', '000'),
        data: event.data,
      },
    }),
  });
  return await send({
    url: application.webhookUrl,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Discord-Webhook/1.0 (+https://discord.com)',
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': application.keys.sign(Buffer.from(timestamp + body)),
    },
    body,
  });
}

export function toUser(account: DiscordAccount): Record<string, unknown> {
  return {
    id: account.id,
    username: account.name,
    discriminator: '0',
    global_name: account.name,
    avatar: null,
    public_flags: 0,
    flags: 0,
    mfa_enabled: false,
    locale: 'en-GB',
  };
}
