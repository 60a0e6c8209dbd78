import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'line',
  source:
    'https://developers.line.biz/en/docs/messaging-api/receiving-messages/; github.com/line/line-bot-sdk-nodejs lib/validate-signature.ts',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-line-signature'],
  body: '{"destination":"xxxxxxxxxx","events":[{"type":"message","message":{"type":"text","id":"14353798921116","text":"Hello"},"webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3ZR","deliveryContext":{"isRedelivery":false},"timestamp":1748077736000,"source":{"type":"user","userId":"U80696558e1aa831"},"mode":"active"}]}',
  contentType: 'application/json; charset=utf-8',
  sign: ({ body, secret }) => ({
    headers: { 'x-line-signature': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
