import { Webhook } from 'svix';
import { expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { clerk } from './clerk.ts';

const secret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const body = '{"type":"user.created","data":{"id":"user_1"}}';

it('accepts the signatures of the svix package, and only signatures that it accepts', async () => {
  const sdk = new Webhook(secret);
  // The library uses the real clock.
  const now = new Date();
  const signature = sdk.sign('msg_1', now, body);
  for (const [text, given, seconds] of [
    [body, signature, Math.floor(now.getTime() / 1000)],
    [body.replace('1', '2'), signature, Math.floor(now.getTime() / 1000)],
    [body, signature.replace('v1,', 'v2,'), Math.floor(now.getTime() / 1000)],
    [body, sdk.sign('msg_1', new Date(NOW_SECONDS * 1000), body), NOW_SECONDS],
  ] as const) {
    const headers = { 'svix-id': 'msg_1', 'svix-timestamp': String(seconds), 'svix-signature': given };
    let theirs = true;
    try {
      sdk.verify(text, headers);
    } catch {
      theirs = false;
    }
    const ours = await receiveWebhook(clerk, {
      request: request({
        rawBody: Buffer.from(text),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        receivedAtMs: now.getTime(),
      }),
      secrets: [secret],
    });
    expect(ours.kind === 'events').toBe(theirs);
    if (text === body && given === signature) expect(theirs).toBe(true);
  }
});
