import { randomBytes } from 'node:crypto';
import { Webhook } from 'svix';
import { callAddress } from './call-address.ts';
import type { ProviderApp } from './provider-app.ts';
import { verifyRequests } from './verify-requests.ts';

/** Clerk, which sends through Svix, and an app that verifies with Svix's SDK. */
export async function startSvixApp(): Promise<ProviderApp> {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const webhook = new Webhook(secret);
  const names = ['svix-id', 'svix-timestamp', 'svix-signature'];
  const app = await verifyRequests(({ body, header }) => {
    webhook.verify(body, Object.fromEntries(names.map((name) => [name, header(name)])));
    return header('svix-id');
  });
  return {
    ...app,
    provider: 'clerk',
    sdk: 'svix',
    secret,
    async send(url) {
      const id = `msg_${randomBytes(12).toString('hex')}`;
      const now = new Date();
      const body = JSON.stringify({ type: 'user.created', object: 'event', data: { id: 'user_1' } });
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Svix-Webhooks/1.24.0',
        'svix-id': id,
        'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
        'svix-signature': webhook.sign(id, now, body),
      };
      return { id, status: await callAddress(url, headers, body) };
    },
  };
}
