import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const token = '00112233445566778899aabbccddeeff001122334455667788';

export const oracle: Oracle = {
  provider: 'mailgun',
  source:
    'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks; github.com/mailgun/mailgun-go webhooks.go',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'part',
  covered: token,
  signatureHeaders: [],
  body: '{"event-data":{"event":"delivered","id":"CPgfbmQMTCKtHW6uIWtuVe","timestamp":1748077736.5,"recipient":"emma@example.com"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret)
      .update(timestamp + token)
      .digest('hex');
    const event = JSON.parse(body.toString()) as object;
    return {
      headers: {},
      body: Buffer.from(JSON.stringify({ signature: { timestamp, token, signature }, ...event })),
    };
  },
};
