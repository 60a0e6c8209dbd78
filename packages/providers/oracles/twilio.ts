import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (url: string, body: Buffer, secret: string) => {
  const fields = [...new URLSearchParams(body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha1', secret)
    .update(`${url}${fields.flat().join('')}`)
    .digest('base64');
};

export const oracle: Oracle = {
  provider: 'twilio',
  source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-twilio-signature'],
  contentType: 'application/x-www-form-urlencoded',
  body: 'ToCountry=US&SmsMessageSid=SM00000000000000000000000000000001&From=%2B14155551234&To=%2B14155556789&Body=caf%C3%A9+%26+more&NumMedia=0&MessageSid=SM00000000000000000000000000000001',
  sign: ({ body, url, secret }) => ({
    headers: {
      'i-twilio-idempotency-token': '5d1f9a3e-0000-4000-8000-1a2b3c4d5e6f',
      'x-twilio-signature': signature(url, body, secret),
    },
  }),
  variants: {
    'a body of JSON, its hash in the address': ({ url, secret }) => {
      const body = Buffer.from(
        '[{"specversion":"1.0","type":"com.twilio.messaging.message.sent","id":"EZ1","source":"/v1/Messages/SM1","time":"2023-11-14T22:13:20.000Z","data":{}}]',
      );
      const signedUrl = `${url}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
      return {
        url: signedUrl,
        body,
        headers: {
          'content-type': 'application/json',
          'x-twilio-signature': signature(signedUrl, Buffer.alloc(0), secret),
        },
      };
    },
    'with a query': ({ body, url, secret }) => ({
      url: `${url}?tenant=1`,
      headers: { 'x-twilio-signature': signature(`${url}?tenant=1`, body, secret) },
    }),
  },
};
