import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'authorize-net',
  source:
    'https://developer.authorize.net/api/reference/features/webhooks.html; github.com/stymiee/authnetjson tests/AuthnetWebhookTest.php',
  secrets: [
    Buffer.alloc(64, 0xab).toString('hex').toUpperCase(),
    Buffer.alloc(64, 0xcd).toString('hex').toUpperCase(),
  ],
  covers: 'body',
  signatureHeaders: ['x-anet-signature'],
  body: '{"notificationId":"d0e8e7fe-c3e7-4add-a480-27bc5ce28a18","eventType":"net.authorize.payment.authcapture.created","eventDate":"2026-05-24T11:08:56.7722007Z","webhookId":"63d6fea2-aa13-4b1d-a204-f5fbc15942b7","payload":{"responseCode":1,"authCode":"LZ6I19","avsResponse":"Y","authAmount":45.00,"entityName":"transaction","id":"60020981676"}}',
  sign: ({ body, secret }) => ({
    // The key is the text of its hexadecimal digits: so both published signatures are reproduced.
    headers: {
      'x-anet-signature': `sha512=${createHmac('sha512', secret).update(body).digest('hex').toUpperCase()}`,
    },
  }),
};
